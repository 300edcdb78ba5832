export { attention, attentionGradient, attentionWorkBytes } from './attention';
export { binaryBox, compareBox } from './binary';
export { gatedSilu, gatedSiluGradient, rmsNormGradientRows, rmsNormRows, rotateRows } from './fused';
export { gemm, gemmBatched, gemmScratchBytes } from './gemm';
export { copyBox, findOutOfRange, gather, segmentSum, select4, transposeMatrices } from './movement';
export { maxRows, softmaxGradientRows, softmaxRows, sumMiddle } from './reduce';
export { largestMagnitude, unary } from './unary';
