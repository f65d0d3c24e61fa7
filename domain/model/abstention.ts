/**
 * How an answer says that the evidence does not hold it. Models are told to open with this sentence, and
 * verification recognises it: an honest "I don't know" is neither grounded nor in need of a person.
 */
export const ABSTENTION = "The documents do not answer this.";

export function abstains(answer: string): boolean {
  return answer.trimStart().toLowerCase().startsWith(ABSTENTION.toLowerCase().slice(0, -1));
}
