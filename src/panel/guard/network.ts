import { isIPv6 } from 'node:net'
import { loopback } from './guesses.ts'

/**
 * Whose guesses are counted together: everyone on this machine, who has all of 127.0.0.0/8 and ::1 to choose from; an
 * IPv4 address; the first 64 bits of an IPv6 one, all the rest of which a single customer has to choose from.
 */
export function networkOf(ip: string): string {
  const groups = isIPv6(ip) ? groupsOf(ip) : undefined
  if (groups === undefined) return ofIPv4(ip)
  const [first, last] = [groups.slice(0, 6), groups.slice(6)]
  if (first.join(':') === '0:0:0:0:0:ffff') return ofIPv4(last.flatMap(bytesOf).join('.'))
  return groups.join(':') === '0:0:0:0:0:0:0:1' ? loopback : groups.slice(0, 4).join(':')
}

function ofIPv4(ip: string): string {
  return ip.startsWith('127.') ? loopback : ip
}

/** Its eight groups without leading zeros, whichever way it is written. */
function groupsOf(ip: string): string[] {
  const { hostname } = new URL(`http://[${ip.split('%')[0]}]`)
  const [before = [], after = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter(Boolean))
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 255]
}
