#include "common/frame/scaler.h"

#include <cmath>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::frame {
namespace {

using Catch::Approx;

TEST_CASE("values are standardized, missing ones say nothing") {
  const Scaler scaler = Scaler::Learn({{2, 4, kMissingNumber, 4, 4, 5, 5, 7, 9}});
  CHECK(scaler.mean() == Approx(5));
  CHECK(scaler.deviation() == Approx(2));
  CHECK(scaler.Scale(9) == Approx(2));
  CHECK(scaler.Scale(kMissingNumber) == 0);
  CHECK(scaler.Encode({{5, 1}})[1] == Approx(-2));
}

TEST_CASE("amounts can be taken by their logarithm, of either sign") {
  const Scaler scaler = Scaler::Learn({{0, std::exp(2.0) - 1}}, {.log1p = true});
  CHECK(scaler.mean() == Approx(1));
  CHECK(scaler.Scale(std::exp(3.0) - 1) == Approx(2));
  CHECK(scaler.Scale(-(std::exp(3.0) - 1)) == Approx(-4));
}

TEST_CASE("a constant column is zero and is not stretched") {
  const Scaler scaler = Scaler::Learn({{0.1, 0.1, 0.1}});
  CHECK(scaler.deviation() == 1);
  CHECK(scaler.Scale(0.1) == Approx(0).margin(1e-15));
  CHECK(scaler.Scale(1.1) == Approx(1));
}

TEST_CASE("a small deviation beside a large mean is kept exact") {
  const Scaler scaler = Scaler::Learn({{1e9 + 1, 1e9 + 2, 1e9 + 3}});
  CHECK(scaler.deviation() == Approx(std::sqrt(2.0 / 3)));
}

TEST_CASE("no values, one value and huge values give finite numbers") {
  CHECK(Scaler::Learn({{}}).Scale(3) == 3);
  CHECK(Scaler::Learn({{kMissingNumber}}).Scale(3) == 3);
  CHECK(Scaler::Learn({{42}}).Scale(42) == 0);
  CHECK(std::isfinite(Scaler::Learn({{1e308, -1e308, 1e308}}).Scale(5)));
}

TEST_CASE("a stored scaler is the same one") {
  const Scaler scaler = Scaler::Learn({{1, 2, 4}}, {.log1p = true});
  const auto read = Scaler::FromJson(nlohmann::json::parse(scaler.ToJson().dump()));
  REQUIRE(read.ok());
  CHECK(read->Scale(17.3) == scaler.Scale(17.3));
  for (const char* text :
       {"[]", "{}", R"({"mean": 0, "deviation": 0, "log1p": false})",
        R"({"mean": 0, "deviation": -1, "log1p": false})", R"({"mean": 0, "deviation": 1})",
        R"({"mean": "0", "deviation": 1, "log1p": false})"}) {
    CHECK(absl::IsInvalidArgument(Scaler::FromJson(nlohmann::json::parse(text)).status()));
  }
}

}  // namespace
}  // namespace clientele::frame
