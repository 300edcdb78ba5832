import { pythonWith } from '../python-environment.mjs';

/** The path of a Python that has the peers: the given one, or one in a virtual environment of this repository. */
export function findPython(given) {
  return pythonWith({ name: 'iou-peers', installs: [['pycocotools==2.0.11', 'faster-coco-eval==1.8.0', 'numpy==2.4.6']], given });
}
