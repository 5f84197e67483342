export { createSqlite } from './create-sqlite.ts';
