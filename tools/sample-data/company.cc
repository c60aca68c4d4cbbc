#include "tools/sample-data/company.h"

namespace clientele::sample {

Company MakeCompany(const CompanyOptions& options) {
  Company company;
  company.items = MakeItems(options);
  company.customers = MakeCustomers(options);
  company.consents = MakeConsents(options, company.customers);
  company.events = MakeEvents(options, company.customers, company.items);
  return company;
}

}  // namespace clientele::sample
