/** Fetches the mail bundle: out of the executable, or from its source where there is none (tests). */
import { createRequire } from 'node:module';
import { getRawAsset, isSea } from 'node:sea';
import { Script } from 'node:vm';
import type { sendMail } from './mail.ts';

type MailBundle = { readonly sendMail: typeof sendMail };

/** Its name in the executable (build/names.ts). */
const ASSET = 'mail-script';
/** Not a literal, or the bundler would take it along. */
const SOURCE: string = './mail.ts';

export const loadMail = async (): Promise<MailBundle> => {
  if (!isSea()) return (await import(SOURCE)) as MailBundle;
  const text = Buffer.from(getRawAsset(ASSET)).toString('latin1');
  const evaluate = new Script(text, { filename: 'tsinit-mail.js' }).runInThisContext() as (exports: object, require: NodeJS.Require, module: object) => void;
  const module = { exports: {} };
  evaluate(module.exports, createRequire('/'), module);
  return module.exports as MailBundle;
};
