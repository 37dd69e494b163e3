export { openFolderRepository } from './folder-repository.ts'
