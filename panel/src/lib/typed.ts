/** What a person types about themselves, checked before it is sent; the server's word counts. */

export const PASSWORD_LEAST = 8;
export const PASSWORD_GOOD = 15;
export const PASSWORD_MOST = 128;
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Code points, as the server counts them. */
export function lengthOf(text: string): number {
  return [...text].length;
}

export function usernameFault(name: string): string | null {
  if (!name) return "Choose a username.";
  if (USERNAME.test(name)) return null;
  if (name.length < 2) return "Use at least 2 characters.";
  if (name.length > 32) return "Use at most 32 characters.";
  if (!/^[A-Za-z0-9]/.test(name)) return "Begin with a letter or a digit.";
  return "Use letters without accents, digits, dots, hyphens and underscores.";
}

export function emailFault(email: string): string | null {
  if (!email) return "Write your e-mail address.";
  return EMAIL.test(email) ? null : "Write a whole address, such as mira@example.org.";
}

export function passwordFault(password: string): string | null {
  const length = lengthOf(password);
  if (!length) return "Choose a password.";
  if (length < PASSWORD_LEAST) return `Use at least ${PASSWORD_LEAST} characters; this one has ${length}.`;
  return length > PASSWORD_MOST ? `Use at most ${PASSWORD_MOST} characters; this one has ${length}.` : null;
}

/** As the server wants it: groups are for the eye. */
export function bare(code: string): string {
  return code.replace(/[\s-]/g, "");
}

export function codeFault(code: string): string | null {
  if (!bare(code)) return "Write the code that your app shows now.";
  return /^\d{6}$/.test(bare(code)) ? null : "Write the six digits that your app shows.";
}

export function recoveryFault(code: string): string | null {
  if (!bare(code)) return "Write one of your recovery codes.";
  return /^[A-Za-z2-7]{24}$/.test(bare(code)) ? null : "A recovery code has 24 letters and digits: none is missing, 0 and 1 are not in it.";
}

export interface Strength {
  /** 0 to 3 steps of the meter. */
  step: 0 | 1 | 2 | 3;
  said: string;
}

/** A hint by length alone: length is what helps, and no list of rules is asked for. */
export function strengthOf(password: string): Strength {
  const length = lengthOf(password);
  if (length === 0) return { step: 0, said: `${PASSWORD_GOOD} characters or more are good: a few words make it easy.` };
  if (length < PASSWORD_LEAST) return { step: 1, said: `Too short: ${PASSWORD_LEAST - length} more at least.` };
  if (new Set(password.toLowerCase()).size < 5) return { step: 1, said: "Easy to guess: it repeats itself." };
  if (length < PASSWORD_GOOD) {
    return { step: 2, said: `Accepted. ${PASSWORD_GOOD - length} more would make it good: add a word.` };
  }
  return { step: 3, said: "Good." };
}
