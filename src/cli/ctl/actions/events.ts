/** `events`: what happens, as the server tells it: one JSON object a line. */
import type { Run } from './action.ts';
import { wordsOf } from '../names.ts';

export const events: Run = async (session, argument) => {
  const types = wordsOf(argument).map(encodeURIComponent).join(',');
  const remote = session.remote().another();
  const { promise, end } = session.interrupted();
  try {
    await Promise.race([remote.follow(`/events${types === '' ? '' : `?type=${types}`}`, session.bytes), promise]);
  } finally {
    end();
    remote.close();
  }
};
