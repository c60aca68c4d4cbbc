#ifndef CLIENTELE_TESTS_INTEGRATION_QA_SAMPLE_KNOWLEDGE_H_
#define CLIENTELE_TESTS_INTEGRATION_QA_SAMPLE_KNOWLEDGE_H_

#include <filesystem>
#include <memory>
#include <vector>

#include "common/csv/csv_reader.h"
#include "common/inference/tasks/text_encoder.h"
#include "common/inference/versions/model_handle.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/model/encoder_embedder.h"

namespace clientele::qa::testing {

// What tests/e2e/prepare.sh made: the sample company, and models with the encoder in the box.
bool SampleIsPrepared();
std::filesystem::path SampleFolder();

// Every row of a CSV file, which must be right.
std::vector<csv::CsvRow> Rows(const std::filesystem::path& path);

// clientele-encoder as it is served, computing on the calling thread.
struct BoxEncoder {
  BoxEncoder();
  std::unique_ptr<inference::ModelHandle<inference::TextEncoderModel>> handle;
  std::unique_ptr<inference::TextEncoder> encoder;
  std::unique_ptr<EncoderEmbedder> embedder;
};

// All articles of the files, as `clientele import articles` takes them.
std::shared_ptr<const KnowledgeIndex> IndexArticles(
    const TextEmbedder& embedder, const std::vector<std::filesystem::path>& files);

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_QA_SAMPLE_KNOWLEDGE_H_
