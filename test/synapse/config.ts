import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

export interface ServerConfig {
  serverName: string
  port: number
  folder: string
  sharedSecret: string
  /** Whether a registration token lets anybody register. */
  registration: 'token' | 'closed'
}

/**
 * Synapse's configuration. It is JSON, which is YAML too. All rate limits are Synapse's defaults. It asks nobody
 * outside: no key servers, no statistics, no other server is allowed, previews of links are off by default.
 */
export function synapseConfig({ serverName, port, folder, sharedSecret, registration }: ServerConfig): string {
  const listener = { port, bind_addresses: ['127.0.0.1'], type: 'http', tls: false, resources: [{ names: ['client'] }] }
  return JSON.stringify({
    server_name: serverName,
    // A name that resolves nowhere: Synapse only repeats it in /.well-known/matrix/client.
    public_baseurl: `https://matrix.${serverName}/`,
    listeners: [listener],
    database: { name: 'sqlite3', args: { database: join(folder, 'homeserver.db') } },
    media_store_path: join(folder, 'media'),
    signing_key_path: join(folder, 'signing.key'),
    log_config: join(folder, 'log.yaml'),
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    federation_domain_whitelist: [],
    report_stats: false,
    enable_registration: registration === 'token',
    registration_requires_token: true,
    registration_shared_secret: sharedSecret,
    macaroon_secret_key: randomBytes(32).toString('hex'),
    form_secret: randomBytes(32).toString('hex'),
    // The least that bcrypt knows: the cost of a hash is not what is tried here.
    bcrypt_rounds: 4,
  })
}

/** Warnings and errors go to a file. */
export function logConfig(file: string): string {
  return JSON.stringify({
    version: 1,
    formatters: { plain: { format: '%(asctime)s %(levelname)s %(name)s %(message)s' } },
    handlers: { file: { class: 'logging.FileHandler', formatter: 'plain', filename: file } },
    root: { level: 'WARNING', handlers: ['file'] },
    disable_existing_loggers: false,
  })
}

/** What Synapse signs its events with (ed25519, an id, the seed in unpadded base64). */
export function signingKey(): string {
  return `ed25519 a_test ${randomBytes(32).toString('base64').replace(/=+$/, '')}\n`
}
