import { fillType } from '../core/define-type.ts';
import { bytesType } from '../core/type.ts';

fillType(bytesType, { basetype: true });
