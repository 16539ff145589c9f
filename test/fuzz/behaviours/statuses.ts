import type { Random } from '../random.ts'
import { type Behaviour, bytesOf, send } from './behaviour.ts'

const statuses = [
  200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404,
  405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451,
  499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 523, 524, 525, 526, 530, 598, 599, 600, 700, 999,
]
const errcodes = [
  ...['M_FORBIDDEN', 'M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN', 'M_BAD_JSON', 'M_NOT_JSON', 'M_NOT_FOUND', 'M_UNKNOWN'],
  ...['M_LIMIT_EXCEEDED', 'M_UNRECOGNIZED', 'M_UNAUTHORIZED', 'M_USER_DEACTIVATED', 'M_USER_LOCKED', 'M_USER_IN_USE'],
  ...['M_USER_SUSPENDED', 'M_INVALID_PARAM', 'M_INVALID_USERNAME', 'M_TOO_LARGE', 'M_EXCLUSIVE', 'M_RESOURCE_LIMIT'],
  ...['m_forbidden', 'M_FORBIDDEN\n', '', '__proto__', 'constructor', 'toString', 'ORG.EXAMPLE.X'],
]
const page = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>\n'

/** Any status with the true answer, an error of Matrix, a proxy's page or nothing. What is refused was not carried out. */
export function statusOf(random: Random): Behaviour {
  const status = random.pick(statuses)
  const refused = status >= 300 && status < 500
  const body = random.pick([refused ? 'error' : 'true answer', 'error', 'error', 'page', 'nothing'] as const)
  const errcode = random.pick(errcodes)
  const executes = !refused && random.chance(0.5)
  const retry = random.pick([undefined, undefined, 0, 5, -1, 1e15, '10', null, Number.NaN])
  const soft = random.pick([undefined, true, 'yes'])
  return {
    name: `status ${status} ${body} ${body === 'error' ? JSON.stringify({ errcode, retry }) : ''}${executes ? ', executed' : ''}`,
    act(response, carryOut) {
      const answered = executes || body === 'true answer' ? carryOut() : undefined
      const error = { errcode, error: 'because', retry_after_ms: retry, soft_logout: soft }
      const bytes = {
        'true answer': () => bytesOf(answered?.body ?? {}),
        error: () => bytesOf(error),
        page: () => Buffer.from(page),
        nothing: () => Buffer.alloc(0),
      }[body]()
      if (status === 204 || status === 304) {
        response.writeHead(status).end()
        return
      }
      send(response, status, bytes, body === 'page' ? { 'content-type': 'text/html' } : {})
    },
  }
}
