import { setFlagsFromString } from 'node:v8'

/** For what takes long: on a phone, memory matters more than speed. Otherwise garbage of requests fills 16 MB before it is collected. */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size')
  setFlagsFromString('--semi-space-growth-factor=1')
}
