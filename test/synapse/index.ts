export { type BedOptions, type Operator, type SynapseBed, startSynapseBed } from './bed.ts'
export { type DataDir, writeDataDir } from './data-dir.ts'
export { type Synapse, type SynapseOptions, startSynapse } from './server.ts'
