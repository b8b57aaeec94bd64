/** A bound on the work that one file may cause, however it is written. */

/** Steps that may still be taken, of how many. */
export interface Budget {
  left: number;
  readonly total: number;
}

/** The file asks for more work than its limit allows. */
export class BudgetError extends Error {
  override name = 'BudgetError';
}

/** A fresh budget of so many steps. */
export function makeBudget(total: number): Budget {
  return { left: total, total };
}

/** Takes steps from the budget; throws BudgetError when it is used up. */
export function spend(budget: Budget, steps: number): void {
  budget.left -= steps;
  if (budget.left < 0) throw new BudgetError('the work limit is used up');
}
