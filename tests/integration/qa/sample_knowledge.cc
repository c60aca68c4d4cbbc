#include "tests/integration/qa/sample_knowledge.h"

#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_split.h"

#include "common/crypto/signing.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/index_builder.h"

namespace clientele::qa::testing {
namespace {

const std::filesystem::path kPrepared = CLIENTELE_E2E_PREPARED;

}  // namespace

bool SampleIsPrepared() { return std::filesystem::exists(kPrepared / ".complete"); }
std::filesystem::path SampleFolder() { return kPrepared / "sample"; }

std::vector<csv::CsvRow> Rows(const std::filesystem::path& path) {
  auto reader = csv::CsvReader::Open(path);
  INFO(reader.status().ToString());
  REQUIRE(reader.ok());
  std::vector<csv::CsvRow> rows;
  csv::CsvRow row;
  while (true) {
    const auto more = (*reader)->Next(&row);
    REQUIRE(more.ok());
    if (!*more) return rows;
    REQUIRE(row.error().ok());
    rows.push_back(row);
  }
}

BoxEncoder::BoxEncoder() {
  const auto key = crypto::PublicKey::FromFile(kPrepared / "keys" / "model-signing.pub");
  REQUIRE(key.ok());
  auto made = inference::ModelHandle<inference::TextEncoderModel>::Create(
      {.model_dir = kPrepared / "models",
       .name = "clientele-encoder",
       .task = model::v1::TASK_TEXT_ENCODER,
       .public_key = *key,
       .runners = inference::TorchScriptRunner::Load,
       .refresh_interval = absl::ZeroDuration()});
  REQUIRE(made.ok());
  handle = *std::move(made);
  encoder = *inference::TextEncoder::Create({.handle = handle.get(), .run_inline = true});
  embedder = std::make_unique<EncoderEmbedder>(encoder.get());
  REQUIRE_FALSE(embedder->model_id().empty());
}

std::shared_ptr<const KnowledgeIndex> IndexArticles(
    const TextEmbedder& embedder, const std::vector<std::filesystem::path>& files) {
  std::vector<PreparedArticle> prepared;
  for (const std::filesystem::path& file : files) {
    for (const csv::CsvRow& row : Rows(file)) {
      Article article;
      article.id = std::string(row.Get("article_id"));
      article.title = std::string(row.Get("title"));
      article.body = std::string(row.Get("body"));
      article.language_code = std::string(row.Get("language_code"));
      FillLanguage(article);
      for (const absl::string_view question :
           absl::StrSplit(row.Get("questions"), '|', absl::SkipEmpty())) {
        article.questions.emplace_back(question);
      }
      ArticleDraft draft = DraftArticle(std::move(article), {});
      auto embedded = embedder.Embed({}, draft.texts);
      REQUIRE(embedded.ok());
      prepared.push_back(FinishArticle(std::move(draft), std::move(embedded->rows)));
    }
  }
  IndexBuilder builder(embedder.model_id());
  builder.Put(prepared);
  builder.EndLoading();
  return builder.Snapshot();
}

}  // namespace clientele::qa::testing
