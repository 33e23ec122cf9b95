/** What a card asks its page to open. */
export type CardAction = "edit" | "conditions" | "correct" | "focus" | "delete";
