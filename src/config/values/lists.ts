/** Words with commas or blanks between them. */
export const listOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');
