import { fillType } from '../core/define-type.ts';
import { bytearrayType } from '../core/type.ts';

fillType(bytearrayType, { basetype: true });
