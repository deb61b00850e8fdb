/** Freezes plain data to its last leaf: who is handed a model cannot change it for others. */

export function freezeDeeply<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data;
  Object.freeze(data);
  for (const value of Object.values(data)) freezeDeeply(value);
  return data;
}
