/**
 * Durations as people write them: plain seconds (`30`, `0.5`), or numbers with a unit (`500ms`, `30s`, `5m`, `2h`, `1d`), several of these from
 * the largest unit down (`1h30m`). In milliseconds. No sign, no blanks inside.
 */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+(?:\.\d+)?|\.\d+)(ms|[smhd])/gy;

/** Whole milliseconds; null: this is no duration, or shorter than a millisecond and not 0. */
export function parseDurationMs(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  const totalMs = /^(\d+(\.\d*)?|\.\d+)$/.test(trimmed) ? Number(trimmed) * 1_000 : sumOfParts(trimmed);
  if (totalMs === null || (totalMs > 0 && totalMs < 1)) return null;
  return Math.round(totalMs);
}

function sumOfParts(text: string): number | null {
  let totalMs = 0;
  let end = 0;
  let lastUnitMs = Number.POSITIVE_INFINITY;
  for (const [part, count, unit] of text.matchAll(PART)) {
    const unitMs = UNIT_MS[unit as string] as number;
    if (unitMs >= lastUnitMs) return null;
    totalMs += Number(count) * unitMs;
    lastUnitMs = unitMs;
    end += part.length;
  }
  return end > 0 && end === text.length ? totalMs : null;
}
