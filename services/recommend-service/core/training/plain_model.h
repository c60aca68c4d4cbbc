#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PLAIN_MODEL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PLAIN_MODEL_H_

// A factorization that was just trained, as the model that it would serve as: no bundle, no name.

#include <memory>
#include <string>
#include <vector>

#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// Of the items of the set that it was trained on; `links` may be empty.
std::shared_ptr<const CollaborativeModel> PlainModel(std::vector<std::string> item_ids,
                                                     const Factorization& factorization,
                                                     std::vector<ItemLinks> links);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_PLAIN_MODEL_H_
