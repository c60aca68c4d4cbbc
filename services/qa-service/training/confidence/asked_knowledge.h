#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ASKED_KNOWLEDGE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ASKED_KNOWLEDGE_H_

#include <string>
#include <vector>

#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

struct TopicArticle {
  Article article = {};
  std::string topic = {};  // articles of one topic answer alike
};

struct TopicQuestion {
  std::string text = {};
  std::string topic = {};  // whose articles answer it; empty: none does
};

// Articles with questions of which it is known what answers them.
struct AskedKnowledge {
  std::string name = {};
  std::vector<TopicArticle> articles = {};    // ids are distinct
  std::vector<TopicQuestion> questions = {};  // none stands in an article
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ASKED_KNOWLEDGE_H_
