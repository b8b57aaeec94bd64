/** SCORING.md, "minimal-base": each doubling past 2 MB costs a ninth, each doubling past four packages a seventh. */

/** The m of a measured footprint, 0 to 1 in hundredths. */
export function footprintWeight({ bytes, packages }: { bytes: number; packages: number }): number {
  const byBytes = clamp(Math.log2(bytes / 2e6) / 9);
  const byPackages = clamp(Math.log2(packages / 4) / 7);
  return Math.round(Math.max(byBytes, byPackages) * 100) / 100;
}

function clamp(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}
