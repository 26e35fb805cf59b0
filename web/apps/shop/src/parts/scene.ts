/** What stands on the table of the home page's scene, and which picture speaks for a festival. Data, no logic. */
import bouquet from "../assets/scene/bouquet.webp";
import candle from "../assets/scene/candle.webp";
import gift from "../assets/scene/gift.webp";
import lantern from "../assets/scene/lantern.webp";
import letter from "../assets/scene/letter.webp";
import lotus from "../assets/scene/lotus.webp";
import mooncake from "../assets/scene/mooncake.webp";
import rose from "../assets/scene/rose.webp";
import tangerine from "../assets/scene/tangerine.webp";
import tea from "../assets/scene/tea.webp";
import teapot from "../assets/scene/teapot.webp";
import tree from "../assets/scene/tree.webp";

export interface Thing {
  readonly picture: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The picture of each festival, on its day card. */
export const PICTURES: Readonly<Record<string, string>> = {
  christmas: tree,
  newyear: lantern,
  valentine: rose,
  mother: bouquet,
  father: tea,
  dragonboat: teapot,
  qixi: lotus,
  midautumn: mooncake,
  teachers: letter,
};

/** Drawn from the back to the front: the tall thing, the small one, the gift, the fruit. */
export function tableOf(festival: string): readonly Thing[] {
  return [
    { picture: PICTURES[festival] ?? bouquet, x: 338, y: 258, size: 226 },
    { picture: candle, x: 122, y: 364, size: 126 },
    { picture: gift, x: 206, y: 326, size: 180 },
    { picture: tangerine, x: 512, y: 426, size: 82 },
  ];
}
