// Writes a deterministic sample company: see README.md.
#include <iostream>

#include <CLI/CLI.hpp>

#include "absl/time/time.h"

#include "tools/sample-data/company_files.h"

int main(int argc, char** argv) {
  clientele::sample::CompanyOptions options;
  std::string folder;
  std::string end = "2026-10-31T00:00:00Z";
  CLI::App app(
      "Writes a deterministic sample company: customers, products with pictures, articles, "
      "events.");
  app.add_option("--out", folder, "Folder to write into; made when missing")->required();
  app.add_option("--seed", options.seed, "The same seed gives the same bytes")
      ->capture_default_str();
  app.add_option("--customers", options.customers, "How many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--items", options.items, "How many")
      ->check(CLI::Range(1, 4800))
      ->capture_default_str();
  app.add_option("--months", options.months, "Of 30 days")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  app.add_option("--end", end, "Time after the last event, RFC 3339")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, end, &time, &error)) {
    std::cerr << "sample-data: --end must be a time such as 2026-10-31T00:00:00Z\n";
    return 2;
  }
  options.end_seconds = absl::ToUnixSeconds(time);
  const clientele::sample::Company company = clientele::sample::MakeCompany(options);
  if (const absl::Status status = clientele::sample::WriteCompany(company, folder); !status.ok()) {
    std::cerr << "sample-data: " << status.message() << "\n";
    return 1;
  }
  std::cout << "sample-data: " << company.customers.size() << " customers, " << company.items.size()
            << " items, " << company.events.size() << " events in " << folder << "\n";
  return 0;
}
