/** The emoji that are offered, with the words by which they are found. Drawn by the reader's own system. */

export interface Emoji {
  emoji: string;
  words: string;
}

const LIST = `
😀 笑 开心 smile happy|😄 大笑 laugh|😁 嘻嘻 grin|😂 笑哭 joy tears|🤣 笑倒 rofl|😊 微笑 blush|☺️ 微笑 smile|😉 眨眼 wink|😍 喜欢 爱 heart eyes love|🥰 爱 love|😘 亲 kiss|😋 好吃 yum|😎 酷 cool|🤩 星星眼 wow star|🥳 庆祝 party|🤗 抱抱 hug|🤔 想 think|🫡 敬礼 salute|😐 无语 neutral|😏 得意 smirk|😌 安心 relieved|😴 睡 sleep|😮 惊讶 wow|😯 哦 oh|😲 吃惊 astonished|🥺 求求 please|😢 哭 cry|😭 大哭 sob|😤 哼 huff|😠 生气 angry|😅 汗 sweat|😓 汗 sweat|😱 怕 scream|😳 脸红 flushed|🤭 捂嘴 oops|🤫 嘘 hush|🙃 倒 upside|🤝 握手 成交 deal handshake|👍 赞 好 good thumbs up|👎 不好 bad thumbs down|👌 好的 ok|✌️ 耶 victory|🤞 祝好运 luck|👏 鼓掌 clap|🙌 太好了 hooray|🙏 谢谢 拜托 thanks please|💪 加油 strong|👋 你好 再见 hello wave|👀 看 look|🫶 比心 heart hands|❤️ 爱心 红心 heart love|🧡 橙心 heart|💛 黄心 heart|💚 绿心 heart|💙 蓝心 heart|💜 紫心 heart|🤍 白心 heart|💔 心碎 broken|💕 两颗心 hearts|💖 闪心 sparkle heart|💝 礼物心 gift heart|💌 情书 letter love|💯 满分 hundred|✨ 闪 sparkles|⭐ 星 star|🔥 火 fire hot|🎉 庆祝 party|🎊 庆祝 confetti|🎁 礼物 gift present|🎀 蝴蝶结 丝带 ribbon bow|🎈 气球 balloon|🎂 生日 蛋糕 birthday cake|🍰 蛋糕 cake|🧧 红包 red envelope|🏮 灯笼 lantern|🧨 鞭炮 firecracker|🎄 圣诞 christmas tree|🌹 玫瑰 rose|💐 花束 bouquet|🌸 樱花 blossom|🌷 郁金香 tulip|🌻 向日葵 sunflower|🍀 幸运 clover luck|🌙 月亮 moon|☀️ 太阳 sun|🌧️ 雨 rain|❄️ 雪 snow|🍵 茶 tea|☕ 咖啡 coffee|🍶 酒 sake|🍷 红酒 wine|🍬 糖 candy|🍫 巧克力 chocolate|🥮 月饼 mooncake|🍊 橘子 tangerine|🍎 苹果 apple|🐱 猫 cat|🐶 狗 dog|🐼 熊猫 panda|🐰 兔 rabbit|🐻 熊 bear|👶 宝宝 baby|👩 女 woman|👨 男 man|👵 奶奶 grandma|👴 爷爷 grandpa|💍 戒指 ring|⌚ 手表 watch|💄 口红 lipstick|👜 包 bag|🧣 围巾 scarf|🧸 玩偶 熊 teddy|📷 相机 照片 camera|📦 包裹 快递 parcel|🚚 送货 delivery truck|📅 日子 日期 date calendar|⏰ 时间 闹钟 clock|📍 地址 place|📞 电话 phone|💰 钱 money|🛍️ 购物 shopping|✅ 好 对 done check|❌ 不 错 no cross|❓ 问 question|❗ 注意 attention
`;

export const EMOJI: readonly Emoji[] = LIST.trim()
  .split("|")
  .map((entry) => {
    const [emoji = "", ...words] = entry.split(" ");
    return { emoji, words: words.join(" ") };
  });

/** Those whose words hold `query`; all of them for an empty one. */
export function findEmoji(query: string): readonly Emoji[] {
  const wish = query.trim().toLowerCase();
  return wish === "" ? EMOJI : EMOJI.filter(({ emoji, words }) => emoji === wish || words.includes(wish));
}
