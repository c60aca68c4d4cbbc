#include "tools/clientele/import/consent_import.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/clientele_cli/fake_suite.h"

namespace clientele::cli {
namespace {

using Row = std::vector<std::string>;

const Row kConsentHeader = {"customer_id", "purpose", "state", "decision_time", "text_version"};

ImportCounts RunOn(FakeSuite& suite, RejectedRows& rejected, const std::vector<Row>& rows) {
  auto import = ConsentImport::Create(&suite, {.columns = {}, .time_format = {}, .source = "crm"},
                                      kConsentHeader, &rejected);
  REQUIRE(import.ok());
  int64_t line = 1;
  for (const Row& row : rows) REQUIRE((*import)->Add({++line, row, ""}).ok());
  REQUIRE((*import)->Finish().ok());
  return (*import)->counts();
}

TEST_CASE("decisions are imported with their evidence, once") {
  FakeSuite suite;
  suite.customers["customers/C1"];
  RejectedRows rejected("/dev/null", {});
  const std::vector<Row> rows = {{"C1", "Marketing", "yes", "2025-03-01 10:00", "v2"},
                                 {"C1", "profiling", "Withdrawn", "2025-04-01T00:00:00Z", ""}};
  CHECK(RunOn(suite, rejected, rows).created == 2);
  profile::v1::Consent consent;
  consent.set_name("customers/C1/consents/marketing");
  consent.set_state(profile::v1::CONSENT_STATE_GRANTED);
  consent.mutable_decision_time()->set_seconds(1'740'823'200);
  consent.set_text_version("v2");
  consent.set_source("crm");
  CHECK(suite.consents.contains(consent.SerializeAsString()));

  const ImportCounts again = RunOn(suite, rejected, rows);
  CHECK(again.created == 0);
  CHECK(again.duplicates == 2);
}

TEST_CASE("a decision that cannot be recorded does not stop the others") {
  FakeSuite suite;
  suite.customers["customers/C1"];
  suite.bad_names = {"customers/C1/consents/advertising"};
  RejectedRows rejected("/dev/null", {});
  const ImportCounts counts = RunOn(suite, rejected,
                                    {{"C1", "marketing", "maybe", "2025-03-01", ""},
                                     {"C1", "marketing", "1", "sometime", ""},
                                     {"", "marketing", "1", "2025-03-01", ""},
                                     {"nobody", "marketing", "1", "2025-03-01", ""},
                                     {"C1", "advertising", "1", "2025-03-01", ""},
                                     {"C1", "marketing", "0", "2025-03-01", ""}});
  CHECK(counts.rows == 6);
  CHECK(counts.rejected == 5);
  CHECK(counts.created == 1);
  CHECK(rejected.examples().at(0) == "line 2: state \"maybe\" is neither granted nor withdrawn");
}

TEST_CASE("a file without the time of its decisions is refused") {
  FakeSuite suite;
  RejectedRows rejected("/dev/null", {});
  CHECK(absl::IsInvalidArgument(
      ConsentImport::Create(&suite, {}, {"customer_id", "purpose", "state"}, &rejected).status()));
}

}  // namespace
}  // namespace clientele::cli
