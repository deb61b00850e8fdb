/** Where health checks look: `http://host:port/path`, `host:port`, and which status codes are good. */
import { succeed } from '../../../base/result.ts';
import { listOf } from '../text/lists.ts';
import { splitWords } from '../text/shell-words.ts';
import { refuse, type ValueType } from '../value-type.ts';

const HIGHEST_PORT = 65_535;
const LEAST_STATUS = 100;
const MOST_STATUS = 599;

export const probeCommand: ValueType<readonly string[]> = {
  name: 'command',
  read: (text, { given }) => {
    const words = splitWords(text, given);
    if (!words.ok) return refuse(`cannot split ${text}: ${words.error}; pair the quotes`, text);
    return words.value.length === 0 ? refuse('the command is empty; write the program that checks', text) : succeed(words.value);
  },
};

export const probeUrl: ValueType<string> = {
  name: 'URL',
  read: (text) => (isHttpUrl(text) ? succeed(text) : refuse(`${text} is no URL to check; write one as in http://localhost:8080/health`, text)),
};

/** What is refused is not repeated: such a URL may be a secret. */
export const webhookUrl: ValueType<string> = {
  name: 'URL',
  read: (text) => {
    const sentence = 'this is no URL to post to; write one as in https://example.org/hook';
    return isHttpUrl(text) ? succeed(text) : refuse(sentence, sentence);
  },
};

const isHttpUrl = (text: string): boolean => /^https?:\/\/(\[[0-9a-f:.]+\]|[^\s/:?#@]+)(:\d{1,5})?([/?][^\s#]*)?$/i.test(text);

export const probeAddress: ValueType<{ readonly host: string; readonly port: number }> = {
  name: 'HOST:PORT',
  read: (text) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text);
    const port = Number(match?.[3]);
    if (match !== null && port >= 1 && port <= HIGHEST_PORT) return succeed({ host: match[1] ?? (match[2] as string), port });
    return refuse(`${text} is no address to check; write host:port as in localhost:5432`, text);
  },
};

export const probeService: ValueType<{ readonly host: string; readonly port: number; readonly service: string }> = {
  name: 'HOST:PORT or HOST:PORT/SERVICE',
  read: (text, scope) => {
    const [address = '', ...names] = text.split('/');
    const reading = probeAddress.read(address, scope);
    const service = names.join('/');
    if (reading.ok && /^[^\s\p{Cc}]*$/u.test(service)) return succeed({ ...reading.value, service });
    return refuse(`${text} is no gRPC server to check; write host:port or host:port/service as in localhost:50051/my.Service`, text);
  },
};

export const statusRanges: ValueType<readonly (readonly [number, number])[]> = {
  name: 'status codes',
  read: (text) => {
    const ranges: (readonly [number, number])[] = [];
    for (const word of listOf(text)) {
      const match = /^(\d{3})(?:-(\d{3}))?$/.exec(word);
      const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!(first >= LEAST_STATUS && first <= last && last <= MOST_STATUS)) return refuse(`${word} is no range of status codes; write as in 200-399,401`, text);
      ranges.push([first, last]);
    }
    return ranges.length > 0 ? succeed(ranges) : refuse('no status code is named; write as in 200-399', text);
  },
};
