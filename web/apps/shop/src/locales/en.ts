/** The words of the storefront. */
export default {
  brand: { seal: "礼", name: "Liyu" },
  nav: {
    skip: "Skip to the page", main: "Main", gifts: "Gifts", personal: "Make it theirs", messages: "Messages", messagesUnread: "Messages, {count} unread", home: "Back to the shop",
  },
  action: { close: "Close", back: "Back", save: "Save" },
  settings: {
    title: "Language and light", language: "Language", look: "Light or dark",
    languages: { "zh-CN": "中文", en: "English" },
    light: { auto: "As the device", light: "Light", dark: "Dark" },
  },
  festival: {
    christmas: "Christmas", newyear: "Spring Festival", valentine: "Valentine's Day", mother: "Mother's Day", father: "Father's Day", dragonboat: "Dragon Boat", qixi: "Qixi", midautumn: "Mid-Autumn", teachers: "Teachers' Day",
  },
  calendar: {
    today: "Today", todayIs: "Today is {term}", lunar: "Lunar {leap}{month}, day {day}", lunarShort: "{month}, day {day}", leap: "leap ",
    month: { 1: "1st month", 2: "2nd month", 3: "3rd month", 4: "4th month", 5: "5th month", 6: "6th month", 7: "7th month", 8: "8th month", 9: "9th month", 10: "10th month", 11: "11th month", 12: "12th month" },
    day: {
      1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7", 8: "8", 9: "9", 10: "10",
      11: "11", 12: "12", 13: "13", 14: "14", 15: "15", 16: "16", 17: "17", 18: "18", 19: "19", 20: "20",
      21: "21", 22: "22", 23: "23", 24: "24", 25: "25", 26: "26", 27: "27", 28: "28", 29: "29", 30: "30",
    },
    term: {
      0: "Spring Equinox", 1: "Qingming", 2: "Grain Rain", 3: "Start of Summer", 4: "Grain Buds", 5: "Grain in Ear", 6: "Summer Solstice", 7: "Minor Heat", 8: "Major Heat", 9: "Start of Autumn", 10: "End of Heat", 11: "White Dew",
      12: "Autumn Equinox", 13: "Cold Dew", 14: "Frost's Descent", 15: "Start of Winter", 16: "Minor Snow", 17: "Major Snow", 18: "Winter Solstice", 19: "Minor Cold", 20: "Major Cold", 21: "Start of Spring", 22: "Rain Water", 23: "Insects Wake",
    },
  },
  home: {
    scene: "A wooden table before a moon gate, laid with gifts for {festival}",
    left: "Today is {festival}: | Tomorrow is {festival}: | {days} days until {festival}:",
    pace: { calm: "time to choose well.", early: "a good moment to choose.", soon: "ask us what still arrives.", today: "come in, we wrap it at once." },
    pickup: "Collect it at {shop} until {day} itself.", pickupBefore: "Collect it at {shop} until {day}; we rest on the day.",
    send: "To have it sent, ask us which day it arrives.",
    tell: "Tell us: who it is for, by when, what they like",
    picks: "A few to begin with", picksFit: "These fit", picksText: "All in stock", all: "All {count}",
    nothing: "Nothing like that is in stock just now. Try another budget, or ask us.", anything: "Show me anything",
    shops: "Our shops", shopsText: "One tap to talk with somebody there",
    days: "Days to come", daysText: "Know early, be ready early", inDays: "Today | Tomorrow | {days} days",
  },
  taps: {
    title: "Three taps to a gift", for: "For", occasion: "Occasion", budget: "Budget", any: "Any", under: "Under {price}", over: "Over {price}", between: "{low}–{high}",
    counting: "Counting", goAnyway: "See gifts", none: "Nothing fits, try another", go: "See {count} that fit",
  },
  search: {
    title: "Find a gift", open: "Find a gift", placeholder: "Tea, incense, for Mum…", clear: "Clear", found: "Gifts found", none: "Nothing found for “{text}”", all: "All {count}",
  },
  list: {
    title: "Gifts", about: "“{text}”", counting: "Counting", total: "{count} gift | {count} gifts", sort: "Order", more: "Show more", end: "That is all of them", comma: ", ",
    sorts: { relevance: "Best first", newest: "Newest first", price_up: "Price, low to high", price_down: "Price, high to low" },
    none: "No gift fits", noneText: "Take a filter away, or tell us what you have in mind.",
  },
  filter: {
    title: "Filters", for: "For", occasion: "Occasion", style: "Style", colour: "Colour", material: "Material", age: "Age",
    in_stock: "In stock only", personalisable: "Can carry a name", budget: "Budget", other: "Other", remove: "Remove", clear: "Clear all", more: "{count} more", show: "See {count} gift | See {count} gifts",
  },
  stock: {
    out: "Out of stock", few: "Only {count} left in the shop", here: "In the shop", title: "Where it is", thisShop: "This shop", none: "None left", left: "Only {count} left", pieces: "{count} piece | {count} pieces",
    line: { elsewhere: "In another shop or the warehouse", out: "Ask us when it comes back" },
  },
  product: {
    personalisable: "Can carry a name", pictures: "Pictures", pictureOf: "Picture {at} of {count}", zoom: "Look closer", zoomIn: "Closer still", zoomOut: "Step back",
    loading: "Fetching this gift", variants: "Which one", meaning: "What it says", about: "About it", details: "Good for", actions: "Actions",
  },
  gift: {
    title: "Making it a gift", free: "Free", card: "Handwritten card", cardText: "Written by us, up to {chars} characters", personal: "Up to {chars} characters, {days} working days",
    method: { engrave: "Engraving", embroider: "Embroidery", print: "Printing", carve: "Carving", write: "Lettering", stamp: "Stamping" },
  },
  share: {
    title: "Share", short: "Share", openOnPhone: "Open on my phone", qr: "QR code that opens “{title}”", phone: "Scan it to go on reading on your phone.", address: "Address of this gift", copy: "Copy address", copied: "Address copied", notCopied: "It could not be copied; please select it yourself", send: "Send to a friend",
  },
  opening: {
    until: "Open until {time}", always: "Open all day", today: "Opens today at {time}", tomorrow: "Opens tomorrow at {time}", later: "Opens {day} at {time}", closed: "Closed for now",
  },
  wait: {
    closed: "Nobody is here now; we answer once the shop is open ({opening})", nobody: "Nobody is free right now; we read your message as soon as we can", ahead: "{count} before you", aheadAbout: "{count} before you, about {span}",
    soon: "We will be with you in a moment", within: "We are here and usually answer in about {span}", there: "We are here and answer as soon as we see it",
  },
  span: { minutes: "{count} min", hours: "{count} h" },
  chat: {
    title: "Talk with the shop", guide: "Talk with us", ask: "Ask us", short: "Write", with: "Talk with {name}", close: "Close the conversation", opening: "Reaching the shop",
    placeholder: "Write to {shop}", thereNow: "{shop} is open now", away: "{shop} is closed; we read your message when we open", side: "Beside", seen: "Just looked at", shop: "The shop", show: "Show it",
    asks: { personal: "Can it carry a name?", arrive: "How long does sending take?", wrap: "Can you gift-wrap it?", fit: "Would it suit an older person?" },
  },
  me: {
    title: "About me", name: "What may we call you?", nameHelp: "This is the name that the shop sees", saved: "Saved", conversation: "My conversation with the shop",
  },
  problem: {
    title: "That did not load", text: "Something went wrong on our side, not on yours. Please try again in a moment.", missing: "This page is not here", missingText: "The address may be mistyped, or the gift is no longer offered.",
    offline: "No network", offlineText: "Try again once you are connected.", offlineStrip: "No network. What you write is kept and sent once you are connected.", retry: "Try again",
  },
};
