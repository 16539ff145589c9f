import t from 'tap'
import { loadSettings } from '../../src/config/settings.ts'

const homeDir = '/home/operator'
const profile = `${homeDir}/.config/matrix-users/default.env`

function load(given: {
  flags?: object
  environment?: Record<string, string>
  files?: Record<string, string>
}): ReturnType<typeof loadSettings> {
  const read = (path: string) => {
    const text = given.files?.[path]
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return text
  }
  const exists = (path: string) => given.files?.[path] !== undefined
  return loadSettings(given.flags ?? {}, given.environment ?? {}, { read, exists, homeDir })
}

t.test('flag, named file, environment, default profile, default: in that order', async (t) => {
  const files = {
    '/srv/.env': 'MATRIX_ADMIN_TIMEOUT=2\nDATA_DIR=/srv/data',
    [profile]: 'MATRIX_ADMIN_TIMEOUT=4\nDOMAIN=home.test\nINVITE_TOKEN_DAYS=3',
  }
  const environment = { MATRIX_ADMIN_TIMEOUT: '3', DATA_DIR: '/other', INVITE_TOKEN_DAYS: '5' }
  const flags = { timeout: '1' }
  t.equal((await load({ flags, environment: { ...environment, POCKET_ENV: '/srv/.env' }, files })).timeoutMs, 1000)
  const named = await load({ environment: { ...environment, POCKET_ENV: '/srv/.env' }, files })
  t.equal(named.timeoutMs, 2000)
  t.equal(named.credentialsFile, '/srv/data/secrets/admin-credentials.env')
  t.equal(named.inviteTokenDays, 5)
  t.equal((await load({ environment, files })).timeoutMs, 3000)
  const profiled = await load({ files })
  t.equal(profiled.timeoutMs, 4000)
  t.strictSame(profiled.domain, { value: 'home.test', from: `DOMAIN (${profile}, line 2)` })
  t.equal((await load({})).timeoutMs, 25_000)
  t.equal((await load({})).homeserver.href, 'http://127.0.0.1:8448/')
})

t.test('an env file beats the environment also by the other name, and by an empty value', async (t) => {
  const files = { '/e': 'MATRIX_LOOPBACK=http://127.0.0.1:1\nADMIN_ROOM_ID=\nMATRIX_ADMIN_PREFIX=' }
  const environment = {
    POCKET_ENV: '/e',
    MATRIX_HS_API: 'http://127.0.0.1:2',
    ADMIN_ROOM_ID: '!a:b',
    MATRIX_ADMIN_PREFIX: 'x',
  }
  const settings = await load({ environment, files })
  t.equal(settings.homeserver.port, '1')
  t.equal(settings.adminRoomId, undefined)
  t.equal(settings.prefix, '', 'the prefix may be empty')
})

t.test('a wrong value is named with its origin, when it is needed and only then', async (t) => {
  const files = { '/e': '# first\nMATRIX_ADMIN_TIMEOUT=soon\nINVITE_TOKEN_DAYS=x' }
  const settings = await load({ environment: { POCKET_ENV: '/e' }, files })
  t.equal(settings.redact, true)
  t.throws(() => settings.timeoutMs, {
    message: 'invalid MATRIX_ADMIN_TIMEOUT "soon" (from /e, line 2)',
    hint: /^use a number of seconds/,
  })
  const wrong: [string, string, 'homeserver' | 'adminRoomId' | 'redact' | 'prefix' | 'serverName'][] = [
    ['MATRIX_HS_API', 'ftp://x', 'homeserver'],
    ['MATRIX_HS_API', 'http://user:secret@127.0.0.1', 'homeserver'],
    ['ADMIN_ROOM_ID', '#admins:home.test', 'adminRoomId'],
    ['MATRIX_ADMIN_REDACT', 'maybe', 'redact'],
    ['MATRIX_ADMIN_PREFIX', 'a\nb', 'prefix'],
    ['MATRIX_SERVER_NAME', 'home test', 'serverName'],
  ]
  for (const [name, value, key] of wrong) {
    const one = await load({ environment: { [name]: value } })
    t.throws(() => one[key], { message: new RegExp(`^invalid ${name} (".*" )?\\(from the environment\\)$`) })
  }
})

t.test('room ids with and without a server are taken', async (t) => {
  for (const id of ['!uGeYBAbq', '!abc:home.test'])
    t.equal((await load({ environment: { ADMIN_ROOM_ID: id } })).adminRoomId, id)
})

t.test('placeholders are refused as unset, secrets without being shown', async (t) => {
  const settings = await load({ environment: { DOMAIN: 'matrix.example.com', ADMIN_MATRIX_PASS: 'changeme' } })
  t.throws(() => settings.domain, { message: /^DOMAIN \(the environment\) is still a placeholder/ })
  t.throws(() => settings.adminPassword, { message: 'ADMIN_MATRIX_PASS (the environment) is still a placeholder' })
  const wrong = await load({ environment: { ADMIN_MATRIX_PASS: "it's" } })
  t.throws(() => wrong.adminPassword, { message: 'invalid ADMIN_MATRIX_PASS (from the environment)' })
})

t.test('a named file must be there, profiles are files of one folder', async (t) => {
  await t.rejects(load({ flags: { envFile: '/none' } }), { message: /--env-file names cannot be read: \/none/ })
  await t.rejects(load({ environment: { POCKET_ENV: '/none' } }), { message: /POCKET_ENV names/ })
  await t.rejects(load({ flags: { profile: '../x' } }), { message: /invalid --profile "\.\.\/x"/ })
  await t.rejects(load({ flags: { profile: 'a', envFile: 'b' } }), { message: /cannot be used together/ })
  const files = { '/xdg/matrix-users/second.env': 'DATA_DIR=/second' }
  const environment = { XDG_CONFIG_HOME: '/xdg', DATA_DIR: '/first' }
  t.equal((await load({ flags: { profile: 'second' }, environment, files })).dataDir, '/second')
})

t.test('a profile that was named takes no server, and no credentials, from elsewhere', async (t) => {
  const club = `${homeDir}/.config/matrix-users/club.env`
  const files = { [club]: 'MATRIX_HS_API=https://club.test', [profile]: 'DATA_DIR=/first\nINVITE_TOKEN_DAYS=3' }
  const environment = { DATA_DIR: '/env', ADMIN_ROOM_ID: '!a', DOMAIN: 'env.test', MATRIX_ADMIN_TIMEOUT: '3' }
  const settings = await load({ flags: { profile: 'club' }, environment, files })
  t.equal(settings.homeserver.hostname, 'club.test')
  t.equal(settings.credentialsFile, undefined)
  t.equal(settings.adminRoomId, undefined)
  t.equal(settings.domain, undefined)
  t.equal(settings.timeoutMs, 3000, 'what is of no server is taken from the environment')
  t.equal(settings.inviteTokenDays, 7, 'the default profile is another profile')
})

t.test('an env file that names a homeserver takes no server, and no credentials, from elsewhere', async (t) => {
  const files = {
    '/both': 'MATRIX_HS_API=https://club.test\nDATA_DIR=/club',
    '/server': 'MATRIX_LOOPBACK=https://club.test\nINVITE_TOKEN_DAYS=2',
    '/no-server': 'MATRIX_HS_API=\nMATRIX_ADMIN_TIMEOUT=2',
    [profile]: 'DATA_DIR=/first\nADMIN_ROOM_ID=!first',
  }
  const environment = { ADMIN_CRED_FILE: '/env/credentials', DOMAIN: 'env.test', MATRIX_ADMIN_TIMEOUT: '3' }
  const given = (path: string) => [{ flags: { envFile: path } }, { environment: { POCKET_ENV: path } }]
  for (const by of given('/both')) {
    const settings = await load({ files, ...by, environment: { ...environment, ...by.environment } })
    t.equal(settings.credentialsFile, '/club/secrets/admin-credentials.env')
    t.equal(settings.domain, undefined)
    t.equal(settings.adminRoomId, undefined)
    t.equal(settings.timeoutMs, 3000)
  }
  for (const by of given('/server')) {
    const settings = await load({ files, ...by, environment: { ...environment, ...by.environment } })
    t.equal(settings.homeserver.href, 'https://club.test/')
    t.equal(settings.credentialsFile, undefined)
    t.equal(settings.serverFile, '/server')
  }
  for (const by of given('/no-server')) {
    const settings = await load({ files, ...by, environment: { ...environment, ...by.environment } })
    t.equal(settings.credentialsFile, '/env/credentials')
    t.equal(settings.dataDir, '/first')
    t.equal(settings.timeoutMs, 2000)
    t.equal(settings.serverFile, undefined)
  }
})

t.test('DATA_DIR is in the home that is there, where nothing sets it', async (t) => {
  const files = { [homeDir]: '', '/e': 'MATRIX_HS_API=https://club.test' }
  t.equal((await load({ files })).credentialsFile, `${homeDir}/.local/share/matrix-users/secrets/admin-credentials.env`)
  t.equal((await load({ environment: { XDG_DATA_HOME: '/xdg' } })).dataDir, '/xdg/matrix-users')
  t.equal((await load({})).dataDir, undefined, 'no such home')
  t.equal((await load({ files, flags: { envFile: '/e' } })).dataDir, undefined, 'of another server')
  t.equal((await load({ files, environment: { DATA_DIR: '/d' } })).dataDir, '/d')
})

t.test('a server name is a host and a port, IPv6 in brackets too', async (t) => {
  for (const name of ['home.test', 'home.test:8448', '10.0.0.1', '[::1]', '[::1]:8448', '[2001:db8::1.2.3.4]:1']) {
    const settings = await load({
      environment: { MATRIX_SERVER_NAME: name, ADMIN_HOST: name, ADMIN_ROOM_ID: `!a:${name}` },
    })
    t.equal(settings.serverName?.value, name)
    t.equal(settings.adminHost, name)
    t.equal(settings.adminRoomId, `!a:${name}`)
  }
  for (const name of ['::1', '[::1', '[::1]8448', 'home.test:', 'home.test:x', 'a:1:2', '[home.test]', 'home test']) {
    const settings = await load({ environment: { MATRIX_SERVER_NAME: name, ADMIN_ROOM_ID: `!a:${name}` } })
    t.throws(() => settings.serverName, { message: /MATRIX_SERVER_NAME/ }, name)
    t.throws(() => settings.adminRoomId, { message: /ADMIN_ROOM_ID/ }, name)
  }
})

t.test('describe gives every setting with its origin', async (t) => {
  const rows = (await load({ environment: { DATA_DIR: '/d' } })).describe()
  t.strictSame(rows.find(({ setting }) => setting.names[0] === 'DATA_DIR')?.found, {
    name: 'DATA_DIR',
    value: '/d',
    origin: 'the environment',
  })
  t.match(rows.find(({ setting }) => setting.names[0] === 'ADMIN_CRED_FILE')?.found, {
    value: '/d/secrets/admin-credentials.env',
    origin: 'the default',
  })
  t.match(rows.find(({ setting }) => setting.names[0] === 'MATRIX_ADMIN_TIMEOUT')?.found, {
    value: '25',
    origin: 'the default',
  })
  t.ok(rows.length >= 18)
})
