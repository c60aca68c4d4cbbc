#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_COCO_LABELS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_COCO_LABELS_H_

#include <string>
#include <vector>

namespace clientele::models {

// The 80 object classes of COCO (Lin et al. 2014), in the order of its category ids.
const std::vector<std::string>& CocoLabels();

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_COCO_LABELS_H_
