import { setFlagsFromString } from 'node:v8'

/** For what takes long: on a phone memory counts for more than speed. Garbage of requests otherwise fills 16 MB before it is looked at. */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size')
  setFlagsFromString('--semi-space-growth-factor=1')
}
