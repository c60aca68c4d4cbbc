#include <cmath>
#include <random>
#include <sstream>
#include <string>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/evaluate/evaluate_new_items.h"
#include "tools/clientele-models/evaluate/evaluate_ranking.h"
#include "tools/clientele-models/evaluate/evaluate_ratings.h"

namespace clientele::models {
namespace {

using Catch::Approx;
using clientele::testing::TemporaryFolder;

// The last line of what a command writes.
nlohmann::json LastLine(const std::string& text) {
  const std::size_t end = text.rfind('\n');
  REQUIRE(end == text.size() - 1);
  return nlohmann::json::parse(text.substr(text.rfind('\n', end - 1) + 1));
}

// 40 users of two kinds and 20 items: each rates and touches mostly what their kind likes.
std::string SmallFile() {
  std::mt19937 random(5);
  std::string text = "user,item,stars,at\n";
  for (int u = 0; u < 40; ++u) {
    for (int i = 0; i < 20; ++i) {
      const bool likes = u % 2 == i % 2;
      if (random() % 10 < (likes ? 6 : 2)) {
        absl::StrAppend(&text, "u", u, ",i", i, ",", likes ? 4 + random() % 2 : 1 + random() % 2,
                        ",2010-01-", 10 + random() % 20, "\n");
      }
    }
  }
  return text;
}

InteractionColumns Columns(const TemporaryFolder& folder, const std::string& text) {
  return {.file = folder.Write("file.csv", text),
          .user = "user",
          .item = "item",
          .rating = "stars",
          .time = "at"};
}

TEST_CASE("ratings end with a line of JSON whose means are those of the folds") {
  const TemporaryFolder folder;
  std::ostringstream out;
  const absl::Status status = EvaluateRatings(
      {.columns = Columns(folder, SmallFile()), .protocol = "kfold:3", .algorithm = "baseline"},
      out);
  INFO(status);
  REQUIRE(status.ok());
  const nlohmann::json report = LastLine(out.str());
  double rmse = 0, mae = 0;
  std::size_t measured = 0;
  for (const auto& fold : report["folds"]) {
    rmse += fold["rmse"].get<double>() / 3;
    mae += fold["mae"].get<double>() / 3;
    measured += fold["test_rows"].get<std::size_t>();
  }
  CHECK(report["folds"].size() == 3);
  CHECK(report["rmse"].get<double>() == Approx(rmse));
  CHECK(report["mae"].get<double>() == Approx(mae));
  CHECK(measured == report["ratings"].get<std::size_t>());
  CHECK(report["seed"] == 1);
  CHECK(report["split"] == "kfold:3");
  CHECK(report["algorithm"] == "baseline");
  CHECK(absl::StrContains(out.str(), "fold 3: RMSE"));
}

TEST_CASE("a test file is measured as it is, and the latest of two ratings trains") {
  const TemporaryFolder folder;
  InteractionColumns columns =
      Columns(folder, "user,item,stars,at\na,x,5,2010-01-01\na,y,1,2010-01-01\na,x,1,2009-01-01\n");
  columns.test = folder.Write("test.csv", "user,item,stars,at\na,x,4,2011-01-01\n");
  std::ostringstream out;
  const absl::Status status = EvaluateRatings({.columns = columns, .algorithm = "baseline"}, out);
  INFO(status);
  REQUIRE(status.ok());
  const nlohmann::json report = LastLine(out.str());
  // Ratings 5 and 1: mu = 3, b_x = 2 / 6.
  CHECK(report["rmse"].get<double>() == Approx(4 - 3 - 2.0 / 6));
  CHECK(report["split"] == "test file");
  CHECK(report["repeated_rows"] == 1);
}

TEST_CASE("rankings end with a line of JSON that names the cutoff, split and candidates") {
  const TemporaryFolder folder;
  for (const char* protocol : {"random:0.75", "leave-last", "temporal:2010-01-24"}) {
    std::ostringstream out;
    const absl::Status status = EvaluateRanking({.columns = Columns(folder, SmallFile()),
                                                 .protocol = protocol,
                                                 .algorithm = "item-item",
                                                 .k = 5},
                                                out);
    INFO(status);
    REQUIRE(status.ok());
    const nlohmann::json report = LastLine(out.str());
    for (const char* name : {"ndcg@5", "recall@5", "precision@5", "hit_rate@5", "coverage@5"}) {
      const double value = report[name].get<double>();
      CHECK((value > 0 && value <= 1));
    }
    CHECK(report["novelty@5"].get<double>() > 0);
    CHECK(report["candidates"] == "all items of the training but the user's own");
    CHECK(absl::StartsWith(report["split"].get<std::string>(), protocol));
    CHECK(report["seed"] == 1);
  }
}

TEST_CASE("new items are measured by the text of the first row that has one") {
  std::string rows = "user,item,title\n";
  for (int u = 0; u < 40; ++u) {
    for (int j = 0; j < 5; ++j) {
      const int item = (u + 2 * j) % 20;
      absl::StrAppend(&rows, "u", u, ",i", item, j == 0 && u < 20 ? "," : ",kind",
                      j == 0 && u < 20 ? "" : absl::StrCat(item % 2), "\n");
    }
  }
  const TemporaryFolder folder;
  EvaluateNewItemsOptions options{.columns = {.file = folder.Write("file.csv", rows),
                                              .user = "user",
                                              .item = "item",
                                              .text = "title"},
                                  .experiment = {.share = 0.2, .k = 5}};
  std::ostringstream out;
  const absl::Status status = EvaluateNewItems(options, out);
  INFO(status);
  REQUIRE(status.ok());
  const nlohmann::json report = LastLine(out.str());
  CHECK(report["ndcg@5"].get<double>() > report["popularity_ndcg@5"].get<double>());
  CHECK(report["estimates_ndcg@5"].get<double>() > 0);
  CHECK(report["new_items"] == 4);
  CHECK(report["new_items_without_text"] == 0);
  CHECK(report["candidates"] == "all items taken out");
  options.columns.text.clear();
  CHECK(absl::IsInvalidArgument(EvaluateNewItems(options, out)));
  options.columns.text = "nothing";
  CHECK(absl::StrContains(EvaluateNewItems(options, out).message(), "no column nothing"));
}

TEST_CASE("without times the order of the rows is the order in which sequences are learned") {
  // Item k + 1 follows item k, around a circle.
  std::string rows = "user,item\n";
  for (int u = 0; u < 200; ++u) {
    for (int at = 0; at < 4 + u % 3; ++at)
      absl::StrAppend(&rows, "u", u, ",i", (u + at) % 20, "\n");
  }
  const TemporaryFolder folder;
  std::ostringstream out;
  const absl::Status status = EvaluateRanking(
      {.columns = {.file = folder.Write("file.csv", rows), .user = "user", .item = "item"},
       .protocol = "leave-last",
       .algorithm = "sequence",
       .k = 1},
      out);
  INFO(status);
  REQUIRE(status.ok());
  CHECK(LastLine(out.str())["hit_rate@1"].get<double>() > 0.9);
  CHECK(absl::StrContains(out.str(), "sequence: "));
}

TEST_CASE("a ranking's test file leaves out what the user had") {
  const TemporaryFolder folder;
  InteractionColumns columns{
      .file = folder.Write("a.csv", "user,item\na,x\nb,x\nb,y\n"), .user = "user", .item = "item"};
  columns.test = folder.Write("b.csv", "user,item\na,x\na,y\n");
  std::ostringstream out;
  const absl::Status status = EvaluateRanking({.columns = columns, .algorithm = "popularity"}, out);
  INFO(status);
  REQUIRE(status.ok());
  const nlohmann::json report = LastLine(out.str());
  CHECK(report["test_rows"] == 1);
  CHECK(report["repeated_rows"] == 1);
  CHECK(report["ndcg@10"].get<double>() == Approx(1));
}

TEST_CASE("the same seed gives the same figures, another seed another split") {
  const TemporaryFolder folder;
  const auto rmse = [&](std::uint64_t seed) {
    std::ostringstream out;
    REQUIRE(EvaluateRatings(
                {.columns = Columns(folder, SmallFile()), .algorithm = "svd++", .seed = seed}, out)
                .ok());
    return LastLine(out.str())["rmse"].get<double>();
  };
  CHECK(rmse(4) == rmse(4));
  CHECK(rmse(4) != rmse(5));
}

TEST_CASE("one user, one item, constant ratings and duplicates have a clear end") {
  const TemporaryFolder folder;
  const auto ratings = [&](const std::string& rows) {
    std::ostringstream out;
    const absl::Status status = EvaluateRatings(
        {.columns = Columns(folder, "user,item,stars,at\n" + rows), .protocol = "kfold:2"}, out);
    return status.ok() ? LastLine(out.str())["rmse"].get<double>() : NAN;
  };
  CHECK(std::isfinite(ratings("a,x,3,1\na,y,4,2\na,z,5,3\n")));
  CHECK(std::isfinite(ratings("a,x,3,1\nb,x,4,2\nc,x,5,3\n")));
  CHECK(ratings("a,x,3,1\nb,y,3,2\nc,x,3,3\n") == 0);
  CHECK(std::isnan(ratings("a,x,3,1\na,x,4,2\n")));  // one pair alone cannot be parted
  CHECK(std::isnan(ratings("a,x,3,1\n")));

  const auto ranking = [&](const std::string& rows, const std::string& protocol) {
    std::ostringstream out;
    return EvaluateRanking(
        {.columns = Columns(folder, "user,item,stars,at\n" + rows), .protocol = protocol}, out);
  };
  CHECK(ranking("a,x,3,1\na,y,4,2\na,z,4,3\na,w,4,3\n", "random:0.5").ok());
  CHECK(ranking("a,x,3,1\nb,x,4,2\nc,x,4,3\nd,x,4,3\n", "random:0.5").ok());
  const absl::Status nothing = ranking("a,x,3,1\nb,x,4,2\n", "leave-last");
  CHECK(absl::StrContains(nothing.message(), "to measure"));
}

TEST_CASE("options that mean nothing are refused before anything is computed") {
  const TemporaryFolder folder;
  const auto ranking = [&](EvaluateRankingOptions options) {
    options.columns = Columns(folder, SmallFile());
    std::ostringstream out;
    return std::string(EvaluateRanking(options, out).message());
  };
  CHECK(absl::StrContains(ranking({.algorithm = "magic"}), "popularity"));
  CHECK(absl::StrContains(ranking({.stratify = "shop"}), "--stratify"));
  CHECK(absl::StrContains(ranking({.k = 0}), "--k"));
  CHECK(absl::StrContains(ranking({.protocol = "kfold:5"}), "random:SHARE"));
  CHECK(absl::StrContains(ranking({.protocol = "temporal:soon"}), "soon"));
  std::ostringstream out;
  CHECK(
      !EvaluateRatings({.columns = Columns(folder, SmallFile()), .algorithm = "magic"}, out).ok());
}

}  // namespace
}  // namespace clientele::models
