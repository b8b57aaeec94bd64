/** Regular expressions in a user's ruleset. */

/** Why a user's regular expression is refused: repeats within repeats can take for ever on a hostile value. */
export function expressionProblem(text: string): string | undefined {
  try {
    new RegExp(text);
  } catch (error) {
    return `must be a regular expression: ${(error as Error).message}`;
  }
  return /[*+}]\)?[*+{]|\([^()]*[*+}][^()]*\)[*+{]|\\[1-9]|\(\?[=!<]/.test(text)
    ? 'must not repeat what repeats, look around or refer back, so that no value can make it slow'
    : undefined;
}
