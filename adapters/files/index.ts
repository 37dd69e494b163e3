export { openFolderRepository } from './folder-repository.ts'
export { hashFile } from './hash-file.ts'
export { type ModelFolder, openModelFolder } from './model-folder.ts'
