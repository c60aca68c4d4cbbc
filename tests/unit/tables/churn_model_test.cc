#include "services/profile-service/training/churn_model.h"

#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/trees/score.h"

namespace clientele::profile {
namespace {

using clientele::testing::TemporaryFolder;

// Long months and the plan "gold" stay; the order of the columns is the caller's.
std::string CustomersCsv(int rows, bool reversed) {
  std::mt19937 random(2);
  std::string csv = reversed ? "Churn,plan,id,months\n" : "id,months,plan,Churn\n";
  const char* plans[] = {"gold", "silver", "basic, old"};
  for (int i = 0; i < rows; ++i) {
    const int months = static_cast<int>(random() % 60);
    const std::size_t plan = random() % 3;
    const int chance = 70 - months + (plan == 0 ? -20 : 10);
    const char* churn = static_cast<int>(random() % 100) < chance ? "Yes" : "No";
    const std::string id = "c" + std::to_string(i);
    const std::string cell = random() % 15 == 0 ? "" : std::to_string(months);
    const std::string quoted = "\"" + std::string(plans[plan]) + "\"";
    csv += reversed ? std::string(churn) + "," + quoted + "," + id + "," + cell + "\n"
                    : id + "," + cell + "," + quoted + "," + churn + "\n";
  }
  return csv;
}

training::LabeledTableOptions Table(const std::filesystem::path& csv) {
  return {.csv = csv, .label = "Churn", .ignored = {"id"}};
}

ChurnOptions Options(const TemporaryFolder& folder, const std::filesystem::path& csv) {
  return {.table = Table(csv),
          .positive = "Yes",
          .bundle = {.out = folder.path() / "models", .name = "churn"},
          .members = 1};
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a churn bundle scores files with other columns, categories and gaps") {
  const TemporaryFolder folder;
  const auto model = TrainChurn(Options(folder, folder.Write("a.csv", CustomersCsv(400, false))));
  INFO(model.status());
  REQUIRE(model.ok());
  CHECK(model->folder == folder.path() / "models/churn/1");
  CHECK(inference::VerifyUnsignedBundle(model->folder).ok());
  CHECK(absl::StrContains(ReadText(model->folder / "MODEL_CARD.md"), "| blend"));
  // No id stands in the bundle.
  CHECK_FALSE(absl::StrContains(ReadText(model->folder / "categories.json"), "c17"));

  const auto same =
      EvaluateChurn(model->folder, Table(folder.Write("b.csv", CustomersCsv(400, false))), "Yes");
  const auto other = EvaluateChurn(folder.path() / "models",
                                   Table(folder.Write("c.csv", CustomersCsv(400, true))), "Yes");
  INFO(same.status() << other.status());
  REQUIRE(same.ok());
  REQUIRE(other.ok());
  CHECK(same->auc > 0.7);
  CHECK(same->auc == other->auc);
  CHECK(same->calibration_error < 0.1);

  std::ostringstream out;
  const auto scored =
      models::Score({.bundle = model->folder,
                     .csv = folder.Write("d.csv", "plan,months\nplatinum,3\n,NA\ngold,59\n"),
                     .margins = true,
                     .contributions = true},
                    out);
  INFO(scored);
  CHECK(scored.ok());
  CHECK(absl::StartsWith(
      out.str(), "prediction,margin,contribution_months,contribution_plan,contribution_bias\n"));
  CHECK_FALSE(absl::StrContains(out.str(), "nan"));
  // The next training is the next version.
  const auto again = TrainChurn(Options(folder, folder.path() / "a.csv"));
  REQUIRE(again.ok());
  CHECK(again->folder == folder.path() / "models/churn/2");
}

TEST_CASE("files that cannot be learned from or measured on are refused in a sentence") {
  const TemporaryFolder folder;
  const auto train_error = [&](const std::string& csv) {
    return std::string(TrainChurn(Options(folder, folder.Write("x.csv", csv))).status().message());
  };
  CHECK(absl::StrContains(train_error("id,months,Churn\n1,2,No\n2,3,No\n"), "same in every row"));
  CHECK(absl::StrContains(train_error("id,months,Churn\n1,2,No\n2,3,Yes\n"), "only 1 rows"));
  CHECK(absl::StrContains(train_error("id,months\n1,2\n"), "Churn"));
  CHECK(absl::StrContains(train_error("id,Churn\n1,No\n2,Yes\n"), "no column to learn from"));
  CHECK_FALSE(train_error("").empty());

  const auto model = TrainChurn(Options(folder, folder.Write("a.csv", CustomersCsv(200, false))));
  REQUIRE(model.ok());
  const auto evaluate_error = [&](const std::string& csv) {
    return std::string(
        EvaluateChurn(model->folder, Table(folder.Write("y.csv", csv)), "Yes").status().message());
  };
  CHECK(absl::StrContains(evaluate_error("id,months,Churn\n1,2,No\n"), "plan"));
  CHECK(absl::StrContains(evaluate_error("id,months,plan,Churn\n1,2,gold,No\n"), "same in every"));
  CHECK(absl::StrContains(evaluate_error("id,months,plan,Churn\n1,x,gold,No\n2,1,gold,Yes\n"),
                          "not a finite number"));
  CHECK_FALSE(EvaluateChurn(folder.path() / "nowhere", Table("y.csv"), "Yes").ok());
}

}  // namespace
}  // namespace clientele::profile
