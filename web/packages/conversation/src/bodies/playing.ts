/** Only one voice note sounds at a time on a page. */

let current: HTMLAudioElement | null = null;

export function playAlone(audio: HTMLAudioElement): Promise<void> {
  if (current !== audio) current?.pause();
  current = audio;
  return audio.play();
}
