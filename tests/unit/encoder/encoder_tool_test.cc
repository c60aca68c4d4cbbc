// From files to bundles and figures, with encoders of a few numbers.
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/temporary_folder.h"
#include "tests/unit/encoder/tiny_encoder.h"
#include "tools/clientele-models/encoder/evaluate_retrieval.h"
#include "tools/clientele-models/encoder/train_retriever.h"
#include "tools/clientele-models/recipe/train_recipe.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;

template <class Options, class Command>
absl::StatusOr<nlohmann::json> Run(const Command& command, const Options& options) {
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = command(options, out, log);
  if (!status.ok()) return status;
  const std::string text = out.str();
  const std::size_t last = text.find_last_of('\n', text.size() - 2);
  return nlohmann::json::parse(last == std::string::npos ? text : text.substr(last + 1));
}

TEST_CASE("retrieval is measured by vectors, by words and by both") {
  const TemporaryFolder folder;
  const fs::path encoder = qa::testing::WriteTinyEncoder(folder.path());
  EvaluateRetrievalOptions options;
  options.bundle = encoder;
  options.passages = folder.Write("p.csv",
                                  "id,text\n1,parcel arrives tomorrow\n2,refund takes days\n"
                                  "3,退货 免费\n");
  options.queries =
      folder.Write("q.csv", "text,passage_id\nparcel,1\nrefund days,2\n退货,3\nunheard,1\n");
  const auto json = Run(EvaluateRetrievalCommand, options);
  INFO(json.status());
  REQUIRE(json.ok());
  CHECK((*json)["queries"] == 4);
  CHECK((*json)["passages"] == 3);
  // Words find three of four; "unheard" has none in common.
  CHECK((*json)["bm25_right_first"] == 0.75);
  CHECK((*json)["bm25_right_in_5"] == 0.75);
  for (const char* key : {"right_first", "right_in_5", "mrr", "dense_right_first",
                          "dense_right_in_5", "dense_mrr", "bm25_mrr"}) {
    REQUIRE(json->contains(key));
    CHECK((*json)[key] >= 0.0);
    CHECK((*json)[key] <= 1.0);
  }
  CHECK((*json)["dense_right_in_5"] == 1.0);  // three passages, all of which vectors rank

  options.queries = folder.Write("bad.csv", "text,passage_id\nparcel,9\n");
  const auto missing = Run(EvaluateRetrievalCommand, options);
  REQUIRE_FALSE(missing.ok());
  CHECK(absl::StrContains(missing.status().message(), "query 1"));
}

// Questions whose words have nothing in common with their answers'.
std::string Pairs(int rows) {
  std::string csv = "question,answer\n";
  const char* subjects[] = {"parcel", "refund", "invoice", "voucher"};
  const char* answers[] = {"carriers deliver within days", "money returns to cards",
                           "documents come by email", "codes count at checkout"};
  for (int i = 0; i < rows; ++i) {
    absl::StrAppend(&csv, "my ", subjects[i % 4], " number ", i, " please,", answers[i % 4], "\n");
  }
  return csv;
}

TEST_CASE("a retriever learns which answers its questions have, and says what it was before") {
  const TemporaryFolder folder;
  TrainRetrieverOptions options;
  options.encoder = qa::testing::WriteTinyEncoder(folder.path());
  options.pairs = folder.Write("pairs.csv", Pairs(400));
  options.out = folder.path() / "models";
  options.epochs = 20;
  const auto json = Run(TrainRetriever, options);
  INFO(json.status());
  REQUIRE(json.ok());
  CHECK((*json)["held_out"] == 40);
  CHECK((*json)["pairs"] == 360);
  CHECK((*json)["mrr"] >= (*json)["mrr_before"]);
  CHECK(fs::exists(folder.path() / "models" / "retriever" / "1" / "bundle.json"));

  // The same seed and rows, the same figures; and the next version.
  const auto again = Run(TrainRetriever, options);
  REQUIRE(again.ok());
  CHECK((*again)["mrr"] == (*json)["mrr"]);
  CHECK(fs::exists(folder.path() / "models" / "retriever" / "2" / "bundle.json"));
}

TEST_CASE("pairs that cannot be learned from are refused") {
  const TemporaryFolder folder;
  TrainRetrieverOptions options;
  options.encoder = qa::testing::WriteTinyEncoder(folder.path());
  options.out = folder.path() / "models";
  for (const std::string& csv :
       {Pairs(8), std::string("question,answer\n"), std::string("a,b\n1,2\n"), std::string()}) {
    options.pairs = folder.Write("pairs.csv", csv);
    const auto json = Run(TrainRetriever, options);
    CHECK(json.status().code() == absl::StatusCode::kInvalidArgument);
  }
  options.pairs = folder.path() / "missing.csv";
  CHECK_FALSE(Run(TrainRetriever, options).ok());
  CHECK_FALSE(fs::exists(folder.path() / "models"));
}

TEST_CASE(
    "a recipe makes a BERT that is near its teacher, in half precision, and goes on from it") {
  const TemporaryFolder folder;
  std::string csv = "text\n";
  const char* verbs[] = {"return", "track", "cancel", "pay", "find"};
  const char* things[] = {"parcel", "order", "invoice", "refund", "card", "address"};
  for (const char* verb : verbs) {
    for (const char* thing : things) {
      absl::StrAppend(&csv, "how do I ", verb, " my ", thing, "\n");
      absl::StrAppend(&csv, "please ", verb, " the ", thing, " now\n");
    }
  }
  folder.Write("texts.csv", csv);
  folder.Write("pairs.tsv", "en\tzh\nhow do I return it\t怎么退货\nhow do I pay\t怎么付款\n");
  nlohmann::json recipe = {
      {"kind", "distilled-encoder"},
      {"name", "small"},
      {"version", "1"},
      {"license", "CC0-1.0"},
      {"teacher", "encoder/1"},
      {"encoder",
       {{"layers", 1},
        {"width", 16},
        {"heads", 2},
        {"inner", 32},
        {"max_tokens", 32},
        {"vocabulary", 120}}},
      {"stages",
       {{{"schedule",
          {{"epochs", 30},
           {"batch_tokens", 128},
           {"learning_rate", 0.01},
           {"bank", 16},
           {"held_out", 0.1}}},
         {"sources",
          {{{"file", "texts.csv"}, {"columns", {"text"}}},
           {{"file", "pairs.tsv"}, {"use", "translations"}, {"columns", {"en", "zh"}}}}}}}}};
  recipe["stages"].push_back(recipe["stages"][0]);
  recipe["stages"][1]["schedule"]["epochs"] = 2;
  recipe["stages"][1]["schedule"]["learning_rate"] = 0.001;
  qa::testing::WriteTinyEncoder(folder.path());
  RecipeOptions options;
  options.recipe = folder.Write("recipe.json", recipe.dump());
  options.data = folder.path();
  options.work = folder.path() / "work";
  options.out = folder.path() / "models";
  const auto json = Run(TrainRecipe, options);
  INFO(json.status());
  REQUIRE(json.ok());
  CHECK((*json)["held_out_cosine"] > 0.8);
  CHECK((*json)["vocabulary"] <= 120);
  const fs::path bundle = folder.path() / "models" / "small" / "1";
  CHECK(fs::exists(bundle / "tokenizer" / "vocab.txt"));

  const auto again = Run(TrainRecipe, options);
  CHECK(again.status().code() == absl::StatusCode::kAlreadyExists);

  recipe["version"] = "2";
  recipe["start"] = "models/small/1";
  recipe["stages"].erase(0);
  options.recipe = folder.Write("recipe.json", recipe.dump());
  options.work = folder.path() / "work-2";
  const auto further = Run(TrainRecipe, options);
  INFO(further.status());
  REQUIRE(further.ok());
  CHECK((*further)["held_out_cosine"] > 0.8);

  options.recipe = folder.path() / "missing.json";
  CHECK_FALSE(Run(TrainRecipe, options).ok());
}

}  // namespace
}  // namespace clientele::models
