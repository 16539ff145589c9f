import { escapeControls } from '../../system/foreign-text.ts'
import type { AccountList } from '../commands.ts'
import { CopyButton, Scrollable } from './copyable.tsx'
import { BackLink, type Frame, Later, Page } from './layout.tsx'

export function ServerListPage({ frame }: { frame: Frame }) {
  return (
    <Page frame={frame} title="The server’s own list" place="Accounts">
      <BackLink root="./" />
      <h1>The server’s own list</h1>
      <div class="newest">
        <p class="waiting">Asking the server for its accounts …</p>
        <Later />
      </div>
    </Page>
  )
}

/** The list as the server wrote it. */
export function ServerList({ text, isCut }: AccountList) {
  return (
    <div>
      <Scrollable id="server-list" label="Accounts, as the server lists them" text={escapeControls(text)} />
      <CopyButton of="server-list" name="list" />
      {isCut && <p>The list is longer than what is shown here. The command line shows all of it.</p>}
    </div>
  )
}
