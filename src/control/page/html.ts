/** Pages as text. Everything that is put into one goes through escape(), by the tag that builds it. */

/** Text that is HTML already. */
export type Html = { readonly html: string };

type Part = Html | string | number | readonly Html[];

/** A template whose values are escaped, unless they are HTML themselves. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => {
  let all = texts[0] ?? '';
  for (const [index, part] of parts.entries()) all += `${shown(part)}${texts[index + 1] ?? ''}`;
  return { html: all };
};

const shown = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'html' in part ? part.html : part.map((each) => each.html).join('');
};

/** For elements and quoted attributes alike; control characters show as what they are not. */
const escape = (text: string): string => text.replaceAll(SPECIAL, (character) => ESCAPES[character] ?? '\uFFFD');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// oxlint-disable-next-line no-control-regex -- HTML forbids them
const SPECIAL = /[&<>"'\0-\u0008\u000B\u000C\u000E-\u001F\u007F]/gu;

/** A whole document. */
export const document = (title: string, body: Html): string =>
  html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="stylesheets/supervisor.css">
<link rel="icon" href="data:,">
</head>
<body>
${body}
</body>
</html>
`.html;
