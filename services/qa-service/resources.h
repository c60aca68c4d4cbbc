#ifndef CLIENTELE_SERVICES_QA_SERVICE_RESOURCES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_RESOURCES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/changefeed/change_source.h"
#include "common/crypto/cipher.h"
#include "common/inference/generation/text_generator.h"
#include "common/inference/serving/models.h"
#include "common/inference/tasks/text_classifier.h"
#include "common/inference/tasks/text_ranker.h"
#include "common/inference/tasks/text_reader.h"
#include "common/inference/versions/model_handle.h"
#include "common/process/service_process.h"
#include "common/rpc/models_rpc.h"
#include "services/qa-service/core/answering/intent.h"
#include "services/qa-service/model/answer_generator.h"
#include "services/qa-service/server.h"

namespace clientele::qa {

// What the server is built of and may fail to open, in the order of the dependencies.
struct Resources {
  std::unique_ptr<process::ServiceProcess> process;
  crypto::Cipher cipher;
  std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed
  inference::Compute compute;
  inference::ServedTextEncoder text;
  // Null pointers where none is named, here and below.
  inference::ServedTask<inference::TextClassifierModel, inference::TextClassifier> intents = {};
  IntentRules intent_rules = {};
  inference::ServedTask<inference::TextRankerModel, inference::TextRanker> ranker = {};
  inference::ServedTask<inference::TextReaderModel, inference::TextReader> reader = {};
  std::unique_ptr<inference::ModelHandle<AnswerGenerator>> generator = {};
  std::unique_ptr<inference::TextGenerator> generation = {};

  // The versions of all models, behind those that are there.
  void ListVersions(std::vector<rpc::ListedVersion>& list) const;
  // Gauges of the models, for as long as they are kept.
  [[nodiscard]] std::vector<std::shared_ptr<void>> Measure(const std::string& generator_name) const;

  // Errors are those of Server::Create.
  static absl::StatusOr<Resources> Open(const ServerOptions& options);
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_RESOURCES_H_
