import type { Problem } from "./model";
import { explain } from "./problem";

/** Refusals of a mailed link in words; `ended` says how to come by a new one. */
export function linkSaid(problem: Problem, ended: string): string {
  switch (problem.code) {
    case "link_ended":
      return `This link has ended: it was used, it is too old, or a newer one was sent. ${ended}`;
    case "forbidden":
      return "This is not the password of the account that the link is for. The link still works: try again.";
    case "password_missing":
      return "The account that the link is for has no password. Sign in first, then open the link in the mail once more.";
    case "already_exists":
      return "Another account has confirmed this address. Sign in to that one.";
    default:
      return explain(problem);
  }
}
