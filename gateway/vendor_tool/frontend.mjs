// The components of govuk-frontend that the portal's pages use; bundled to ../static/vendor/govuk-frontend.min.js.
export {
  Button,
  ErrorSummary,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
