/** The conversation, drawn once for every application. Styles: `@liyu/conversation/styles/index.css`. */
export { default as ConversationPane } from "./ConversationPane.vue";
export { mentionAt, type Mention } from "./composer/mention.ts";
export { isStaff, type Side } from "./thread/marks.ts";
export { useConversation, type ConversationView } from "./thread/useConversation.ts";
export { previewOf } from "./thread/preview.ts";
export { clockTime, dateWords, dayNumber, visitorCode } from "./words.ts";
