/** 店面的文字。 */
export default {
  brand: { seal: "礼", name: "礼遇" },
  nav: {
    skip: "跳到正文", main: "主导航", gifts: "挑礼物", personal: "能刻名字的", messages: "消息", messagesUnread: "消息，{count} 条未读", home: "回到店里",
  },
  action: { close: "关上", back: "返回", save: "记下" },
  settings: {
    title: "语言和亮暗", language: "语言", look: "亮暗",
    languages: { "zh-CN": "中文", en: "English" },
    light: { auto: "随设备", light: "亮", dark: "暗" },
  },
  festival: {
    christmas: "圣诞", newyear: "春节", valentine: "情人节", mother: "母亲节", father: "父亲节", dragonboat: "端午", qixi: "七夕", midautumn: "中秋", teachers: "教师节",
  },
  calendar: {
    today: "今天", todayIs: "今日{term}", lunar: "农历{leap}{month}{day}", lunarShort: "{month}{day}", leap: "闰",
    month: { 1: "正月", 2: "二月", 3: "三月", 4: "四月", 5: "五月", 6: "六月", 7: "七月", 8: "八月", 9: "九月", 10: "十月", 11: "冬月", 12: "腊月" },
    day: {
      1: "初一", 2: "初二", 3: "初三", 4: "初四", 5: "初五", 6: "初六", 7: "初七", 8: "初八", 9: "初九", 10: "初十",
      11: "十一", 12: "十二", 13: "十三", 14: "十四", 15: "十五", 16: "十六", 17: "十七", 18: "十八", 19: "十九", 20: "二十",
      21: "廿一", 22: "廿二", 23: "廿三", 24: "廿四", 25: "廿五", 26: "廿六", 27: "廿七", 28: "廿八", 29: "廿九", 30: "三十",
    },
    term: {
      0: "春分", 1: "清明", 2: "谷雨", 3: "立夏", 4: "小满", 5: "芒种", 6: "夏至", 7: "小暑", 8: "大暑", 9: "立秋", 10: "处暑", 11: "白露",
      12: "秋分", 13: "寒露", 14: "霜降", 15: "立冬", 16: "小雪", 17: "大雪", 18: "冬至", 19: "小寒", 20: "大寒", 21: "立春", 22: "雨水", 23: "惊蛰",
    },
  },
  home: {
    scene: "月洞门前的一张木桌，摆着{festival}的礼物",
    left: "今天就是{festival}，| 明天就是{festival}，| 离{festival}还有 {days} 天，",
    pace: { calm: "慢慢挑，来得及。", early: "早点挑，心里踏实。", soon: "抓紧挑，先问问店员。", today: "到店里来，现挑现包。" },
    pickup: "到{shop}自己来取，{day}当天都行。", pickupBefore: "到{shop}自己来取，最晚{day}，节里店也歇着。",
    send: "要寄的，先问店员哪天能到。",
    tell: "跟店员说一句：送谁、哪天要、喜欢什么",
    picks: "先看看这几样", picksFit: "这几样正合适", picksText: "都有现货", all: "全部 {count} 件",
    nothing: "这样的礼物眼下没有现货。换一个预算，或者问问店员。", anything: "都看看",
    shops: "店都在这儿", shopsText: "点一下，和店里的人说话",
    days: "往后的日子", daysText: "早些知道，早些备下", inDays: "今天 | 明天 | {days} 天",
  },
  taps: {
    title: "三下选好", for: "送给谁", occasion: "什么场合", budget: "预算", any: "都行", under: "{price} 以内", over: "{price} 以上", between: "{low}–{high}",
    counting: "正在数", goAnyway: "看看礼物", none: "没有合适的，换一个试试", go: "看看合适的 {count} 件",
  },
  search: {
    title: "找礼物", open: "找礼物", placeholder: "茶、香、送妈妈……", clear: "清空", found: "找到的礼物", none: "没有找到“{text}”", all: "全部 {count} 件",
  },
  list: {
    title: "挑礼物", about: "“{text}”", counting: "正在数", total: "{count} 件", sort: "排序", more: "再看一些", end: "都在这儿了", comma: "，",
    sorts: { relevance: "合适的在前", newest: "新的在前", price_up: "价格从低到高", price_down: "价格从高到低" },
    none: "没有合适的礼物", noneText: "少选一两样，或者跟店员说说您想要什么。",
  },
  filter: {
    title: "筛选", for: "送给谁", occasion: "场合", style: "风格", colour: "颜色", material: "材质", age: "年纪",
    in_stock: "只看现货", personalisable: "能刻名字的", budget: "预算", other: "别的", remove: "去掉", clear: "都去掉", more: "还有 {count} 样", show: "看 {count} 件",
  },
  stock: {
    out: "暂时没货", few: "店里只剩 {count} 件", here: "店里有", title: "哪里有货", thisShop: "就是这家店", none: "没有了", left: "只剩 {count} 件", pieces: "{count} 件",
    line: { elsewhere: "别的店或总仓有货", out: "到货时间可以问店员" },
  },
  product: {
    personalisable: "可刻名字", pictures: "图片", pictureOf: "第 {at} 张，共 {count} 张", zoom: "放大看", zoomIn: "再近些", zoomOut: "远一些",
    loading: "正在取这件礼物", variants: "款式", meaning: "寓意", about: "这件东西", details: "适合谁", actions: "操作",
  },
  gift: {
    title: "怎么包成一份礼", free: "免费", card: "手写贺卡", cardText: "店员代写，最多 {chars} 个字", personal: "最多 {chars} 个字，要 {days} 个工作日",
    method: { engrave: "刻字", embroider: "绣名字", print: "印字", carve: "雕字", write: "写字", stamp: "盖印" },
  },
  share: {
    title: "分享", short: "分享", openOnPhone: "用手机打开", qr: "打开“{title}”的二维码", phone: "用手机扫一扫，在手机上接着看。", address: "这件礼物的地址", copy: "复制地址", copied: "地址复制好了", notCopied: "没有复制成，请长按地址自己复制", send: "发给朋友",
  },
  opening: {
    until: "营业到 {time}", always: "全天有人", today: "今天 {time} 开门", tomorrow: "明天 {time} 开门", later: "{day} {time} 开门", closed: "暂时不营业",
  },
  wait: {
    closed: "现在没有店员在，留言会在营业后回复（{opening}）", nobody: "这会儿没有店员能回复您，一有空就看您的留言", ahead: "前面还有 {count} 位", aheadAbout: "前面还有 {count} 位，大约 {span}",
    soon: "店员马上来", within: "店员在，大约 {span}回复您", there: "店员在，看到就回复您",
  },
  span: { minutes: "{count} 分钟", hours: "{count} 小时" },
  chat: {
    title: "和店员聊天", guide: "找店员聊聊", ask: "问问店员", short: "去说", with: "和{name}聊聊", close: "关上对话", opening: "正在接通店里",
    placeholder: "写给{shop}", thereNow: "{shop}正开着门", away: "{shop}打烊了，留言一开门就看", side: "旁边", seen: "刚看过的", shop: "店在哪儿", show: "给店员看",
    asks: { personal: "这件能刻名字吗？", arrive: "寄过去几天能到？", wrap: "能包成礼盒吗？", fit: "送长辈合适吗？" },
  },
  me: {
    title: "我", name: "怎么称呼您", nameHelp: "店员看到的就是这个名字", saved: "记下了", conversation: "和店员的对话",
  },
  problem: {
    title: "没有取到", text: "我们这边出了点事，不是您的缘故。过一会儿再试。", missing: "这一页不在了", missingText: "地址可能写错了，或者这件礼物已经下架。",
    offline: "没有网络", offlineText: "连上网以后再试一次。", offlineStrip: "没有网络。写好的话会留着，连上就发。", retry: "再试一次",
  },
};
