/**
 * XML text -> its elements, told as they close, innermost first. Hardened: no document type, hence no entities but the five and
 * numeric ones; bounded depth and number of elements. The size is the caller's affair. It refuses to know what elements mean.
 */
import sax from 'sax';
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { NOT_IN_XML } from './value.ts';

/** A value nests three elements deep for each array or struct around it: this allows nine of them. */
const MAXIMUM_DEPTH = 32;

export type Opened<Content> = {
  readonly tag: string;
  /** What stands before the first element inside. */
  readonly text: string;
  readonly content: Content;
};

type Frame<Content> = { tag: string; text: string; hasElements: boolean; content: Content };

export type Reader<Content> = {
  /** What an element collects from those inside it. */
  readonly open: () => Content;
  /** `parent` is null for the root. Throws when the element is not as it should be. */
  readonly close: (element: Opened<Content>, parent: Content | null) => void;
};

/** The root's name, or what is wrong with the text. Never throws for anything that a text may hold. */
export const readElements = <Content>(text: string, reader: Reader<Content>, maximumElements: number): Result<string, string> => {
  if (NOT_IN_XML.test(text)) return fail('it holds a character that XML does not allow');
  const frames: Frame<Content>[] = [];
  let root = '';
  let count = 0;
  const parser = hardParser();
  const onopentag = ({ name }: { readonly name: string }): void => {
    const parent = frames.at(-1);
    if (parent !== undefined) parent.hasElements = true;
    else if (root === '') root = name;
    else refuse('there is more than one root element');
    if (frames.length >= MAXIMUM_DEPTH) refuse(`elements are nested deeper than ${MAXIMUM_DEPTH}`);
    if (++count > maximumElements) refuse(`there are more than ${maximumElements} elements`);
    frames.push({ tag: name, text: '', hasElements: false, content: reader.open() });
  };
  const addText = (piece: string): void => {
    const frame = frames.at(-1);
    if (frame !== undefined && !frame.hasElements) frame.text += piece;
  };
  const onclosetag = (): void => {
    const frame = frames.pop();
    if (frame !== undefined) reader.close(frame, frames.at(-1)?.content ?? null);
  };
  const onerror = (error: Error): never => refuse(error.message.split('\n')[0] ?? '');
  const ondoctype = (): never => refuse('a document type is not accepted');
  Object.assign(parser, { onopentag, onclosetag, ontext: addText, oncdata: addText, onerror, ondoctype });
  try {
    parser.write(text.includes('\r') ? text.replaceAll(/\r\n?/gu, '\n') : text).close();
    return root === '' ? fail('there is no element') : succeed(root);
  } catch (problem) {
    if (problem instanceof Refusal) return fail(problem.message);
    throw problem;
  }
};

/** Beyond the package's strict mode: no names of HTML's entities, and none that are names of every object. */
const hardParser = (): sax.SAXParser => {
  const parser: sax.SAXParser & { ENTITIES?: Readonly<Record<string, string>> } = new sax.SAXParser(true, { position: false });
  parser.ENTITIES = ENTITIES;
  return parser;
};

const ENTITIES: Readonly<Record<string, string>> = Object.assign(Object.create(null) as object, { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" });

/** Ends the reading: thrown by refuse() alone, caught in readElements() alone. */
class Refusal extends Error {}

/** For readers: what was read is not acceptable. */
export const refuse = (why: string): never => {
  throw new Refusal(why);
};
