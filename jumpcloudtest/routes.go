package jumpcloudtest

import (
	"net/http"
	"strings"
)

// operation is one of JumpCloud's operations.
type operation struct {
	method string
	path   string // below the base URL; the values of {…} become the call's ids
	id     string // JumpCloud's operation id
	query  string // the keys that its query takes
	handle func(*call) reply
	parts  []string
}

// The operations of api/, the usual check of a key, and the routes by which what users and groups are bound
// to is read. A literal route stands before one that would take its last word for an id. A search takes its
// paging in the query too, as JumpCloud's module sends it.
var operations = split([]operation{
	{http.MethodGet, "/organizations", "organization_list", "fields filter limit search skip sort sortIgnoreCase", (*call).listOrganizations, nil},
	{http.MethodGet, "/systems/{id}", "systems_get", "fields filter", reads(system), nil},
	{http.MethodGet, "/applications/{id}", "applications_get", "", reads(application), nil},
	{http.MethodGet, "/radiusservers/{id}", "radius_servers_get", "", reads(radiusServer), nil},
	{http.MethodGet, "/v2/systemgroups/{id}", "groups_system_get", "", reads(systemGroup), nil},
	{http.MethodGet, "/v2/gsuites/{id}", "gsuites_get", "", reads(gSuite), nil},
	{http.MethodGet, "/v2/office365s/{office365_id}", "office365s_get", "", reads(office365), nil},
	{http.MethodGet, "/v2/ldapservers/{id}", "ldapservers_get", "", reads(ldapServer), nil},
	{http.MethodGet, "/v2/activedirectories/{id}", "activedirectories_get", "", reads(activeDirectory), nil},

	{http.MethodPost, "/search/systemusers", "search_systemusers_post", "limit skip", (*call).searchUsers, nil},
	{http.MethodGet, "/systemusers", "systemusers_list", "fields filter limit search skip sort", (*call).listUsers, nil},
	{http.MethodPost, "/systemusers", "systemusers_post", "fullValidationDetails", (*call).createUser, nil},
	{http.MethodGet, "/systemusers/{id}", "systemusers_get", "fields filter", (*call).getUser, nil},
	{http.MethodPut, "/systemusers/{id}", "systemusers_put", "fullValidationDetails", (*call).updateUser, nil},
	{http.MethodDelete, "/systemusers/{id}", "systemusers_delete", "cascade_manager", (*call).deleteUser, nil},
	{http.MethodPost, "/systemusers/{id}/expire", "systemusers_expire", "", (*call).expirePassword, nil},
	{http.MethodPost, "/systemusers/{id}/mfa/enforce", "systemusers_mfa_enforce", "", (*call).enforceMFA, nil},
	{http.MethodPost, "/systemusers/{id}/password", "systemusers_password", "", (*call).setPassword, nil},
	{http.MethodPost, "/systemusers/{id}/reactivate", "systemuser_reactivate", "", (*call).sendReactivation, nil},
	{http.MethodPost, "/systemusers/{id}/state/suspend", "systemusers_state_suspend", "", (*call).suspendUser, nil},
	{http.MethodPost, "/systemusers/{id}/mfasync", "systemusers_mfasync", "", (*call).syncMFA, nil},
	{http.MethodPost, "/systemusers/{id}/resetmfa", "systemusers_resetmfa", "", (*call).resetMFA, nil},
	{http.MethodGet, "/systemusers/{id}/sshkeys", "sshkey_list", "", (*call).listSSHKeys, nil},
	{http.MethodPost, "/systemusers/{id}/sshkeys", "sshkey_post", "", (*call).createSSHKey, nil},
	{http.MethodDelete, "/systemusers/{systemuser_id}/sshkeys/{id}", "sshkey_delete", "", (*call).deleteSSHKey, nil},
	{http.MethodPost, "/systemusers/{id}/state/activate", "systemusers_state_activate", "", (*call).activateUser, nil},
	{http.MethodGet, "/systemusers/{id}/systems", "systemusers_systems_binding_list", "fields filter limit skip sort", (*call).listLegacyBindings, nil},
	{http.MethodPut, "/systemusers/{id}/systems", "systemusers_systems_binding_put", "", (*call).updateLegacyBindings, nil},
	{http.MethodGet, "/systemusers/{id}/totpinfo", "systemusers_totp_info", "", (*call).totpInfo, nil},
	{http.MethodPost, "/systemusers/{id}/unlock", "systemusers_unlock", "", (*call).unlockUser, nil},

	{http.MethodPost, "/v2/bulk/user/expires", "bulk_userExpires", "", (*call).bulkExpire, nil},
	{http.MethodPost, "/v2/bulk/user/unlocks", "bulk_userUnlocks", "", (*call).bulkUnlock, nil},
	{http.MethodPost, "/v2/bulk/users", "bulk_usersCreate", "suppressEmail", (*call).bulkCreate, nil},
	{http.MethodPatch, "/v2/bulk/users", "bulk_usersUpdate", "suppressEmail", (*call).bulkUpdate, nil},
	{http.MethodGet, "/v2/bulk/users/{job_id}/results", "bulk_usersCreateResults", "limit skip", (*call).bulkResults, nil},
	{http.MethodGet, "/v2/bulk/userstates", "bulk_userStatesList", "filter limit skip userid", (*call).listUserStates, nil},
	{http.MethodPost, "/v2/bulk/userstates", "bulk_userStatesCreate", "", (*call).createUserStates, nil},
	{http.MethodGet, "/v2/bulk/userstates/eventlist/next", "bulk_userStatesGetNextScheduled", "limit skip users", (*call).nextUserStates, nil},
	{http.MethodDelete, "/v2/bulk/userstates/{id}", "bulk_userStatesDelete", "", (*call).deleteUserState, nil},
	{http.MethodGet, "/v2/jobs/{id}", "jobs_get", "", (*call).getJob, nil},
	{http.MethodGet, "/v2/jobs/{id}/results", "jobs_results", "limit skip", (*call).jobResults, nil},

	{http.MethodGet, "/v2/usergroups", "groups_user_list", "fields filter limit skip sort", (*call).listGroups, nil},
	{http.MethodPost, "/v2/usergroups", "groups_user_post", "", (*call).createGroup, nil},
	{http.MethodGet, "/v2/usergroups/{id}", "groups_user_get", "", (*call).getGroup, nil},
	{http.MethodPut, "/v2/usergroups/{id}", "groups_user_put", "", (*call).updateGroup, nil},
	{http.MethodPatch, "/v2/usergroups/{id}", "groups_user_patch", "", (*call).updateGroup, nil},
	{http.MethodDelete, "/v2/usergroups/{id}", "groups_user_delete", "", (*call).deleteGroup, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/members", "graph_userGroupMembersList", "limit skip", (*call).listMembers, nil},
	{http.MethodPost, "/v2/usergroups/{group_id}/members", "graph_userGroupMembersPost", "", (*call).manageMembers, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/membership", "graph_userGroupMembership", "filter limit skip sort", (*call).listMembership, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/memberof", "graph_userGroupMemberOf", "filter limit skip sort", (*call).groupMemberOf, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/suggestions", "groups_user_suggestions_get", "limit skip", (*call).listSuggestions, nil},
	{http.MethodPost, "/v2/usergroups/{group_id}/suggestions", "groups_user_suggestions_post", "", (*call).applySuggestions, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/associations", "graph_userGroupAssociationsList", "limit skip targets", (*call).groupAssociations, nil},
	{http.MethodPost, "/v2/usergroups/{group_id}/associations", "graph_userGroupAssociationsPost", "", (*call).manageGroupAssociations, nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/activedirectories", "graph_userGroupTraverseActiveDirectory", "filter limit skip", groupReaches(activeDirectory), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/applications", "graph_userGroupTraverseApplication", "filter limit skip", groupReaches(application), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/directories", "graph_userGroupTraverseDirectory", "filter limit skip", groupReaches(directories...), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/gsuites", "graph_userGroupTraverseGSuite", "filter limit skip", groupReaches(gSuite), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/ldapservers", "graph_userGroupTraverseLdapServer", "filter limit skip", groupReaches(ldapServer), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/office365s", "graph_userGroupTraverseOffice365", "filter limit skip", groupReaches(office365), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/radiusservers", "graph_userGroupTraverseRadiusServer", "filter limit skip", groupReaches(radiusServer), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/systemgroups", "graph_userGroupTraverseSystemGroup", "filter limit skip", groupReaches(systemGroup), nil},
	{http.MethodGet, "/v2/usergroups/{group_id}/systems", "graph_userGroupTraverseSystem", "filter limit skip", groupReaches(system), nil},

	{http.MethodGet, "/v2/users/{user_id}/memberof", "graph_userMemberOf", "filter limit skip sort", (*call).userMemberOf, nil},
	{http.MethodGet, "/v2/users/{user_id}/associations", "graph_userAssociationsList", "limit skip targets", (*call).userAssociations, nil},
	{http.MethodPost, "/v2/users/{user_id}/associations", "graph_userAssociationsPost", "", (*call).manageUserAssociations, nil},
	{http.MethodGet, "/v2/users/{user_id}/activedirectories", "graph_userTraverseActiveDirectory", "filter limit skip", userReaches(activeDirectory), nil},
	{http.MethodGet, "/v2/users/{user_id}/applications", "graph_userTraverseApplication", "filter limit skip", userReaches(application), nil},
	{http.MethodGet, "/v2/users/{user_id}/directories", "graph_userTraverseDirectory", "filter limit skip", userReaches(directories...), nil},
	{http.MethodGet, "/v2/users/{user_id}/gsuites", "graph_userTraverseGSuite", "filter limit skip", userReaches(gSuite), nil},
	{http.MethodGet, "/v2/users/{user_id}/ldapservers", "graph_userTraverseLdapServer", "filter limit skip", userReaches(ldapServer), nil},
	{http.MethodGet, "/v2/users/{user_id}/office365s", "graph_userTraverseOffice365", "filter limit skip", userReaches(office365), nil},
	{http.MethodGet, "/v2/users/{user_id}/radiusservers", "graph_userTraverseRadiusServer", "filter limit skip", userReaches(radiusServer), nil},
	{http.MethodGet, "/v2/users/{user_id}/systemgroups", "graph_userTraverseSystemGroup", "filter limit skip", userReaches(systemGroup), nil},
	{http.MethodGet, "/v2/users/{user_id}/systems", "graph_userTraverseSystem", "filter limit skip", userReaches(system), nil},
	{http.MethodPost, "/v2/users/{user_id}/emails", "users_sendEmails", "", (*call).sendEmails, nil},
	{http.MethodGet, "/v2/users/{user_id}/pushendpoints", "pushEndpoints_list", "", (*call).listPushEndpoints, nil},
	{http.MethodGet, "/v2/users/{user_id}/pushendpoints/{push_endpoint_id}", "pushEndpoints_get", "", (*call).getPushEndpoint, nil},
	{http.MethodPatch, "/v2/users/{user_id}/pushendpoints/{push_endpoint_id}", "pushEndpoints_patch", "", (*call).updatePushEndpoint, nil},
	{http.MethodDelete, "/v2/users/{user_id}/pushendpoints/{push_endpoint_id}", "pushEndpoints_delete", "", (*call).deletePushEndpoint, nil},

	{http.MethodGet, "/v2/workdays", "workdays_list", "fields filter limit skip sort", (*call).listWorkdays, nil},
	{http.MethodPost, "/v2/workdays", "workdays_post", "", (*call).createWorkday, nil},
	{http.MethodGet, "/v2/workdays/settings", "workdays_settings", "state", (*call).workdaySettings, nil},
	{http.MethodGet, "/v2/workdays/{id}", "workdays_get", "", (*call).getWorkday, nil},
	{http.MethodPut, "/v2/workdays/{id}", "workdays_put", "", (*call).updateWorkday, nil},
	{http.MethodDelete, "/v2/workdays/{id}", "workdays_delete", "", (*call).deleteWorkday, nil},
	{http.MethodPost, "/v2/workdays/{workday_id}/auth", "workdays_authorize", "", (*call).authorizeWorkday, nil},
	{http.MethodDelete, "/v2/workdays/{workday_id}/auth", "workdays_deauthorize", "", (*call).deauthorizeWorkday, nil},
	{http.MethodPost, "/v2/workdays/{workday_id}/import", "workdays_import", "", (*call).importWorkers, nil},
	{http.MethodGet, "/v2/workdays/{id}/import/{job_id}/results", "workdays_importresults", "limit skip", (*call).importResults, nil},
	{http.MethodGet, "/v2/workdays/{workday_id}/workers", "workdays_workers", "limit skip sort", (*call).listWorkers, nil},
})

func split(ops []operation) []operation {
	for i := range ops {
		ops[i].parts = segments(ops[i].path)
	}
	return ops
}

// route finds the operation of a request, and the ids in its path.
func route(method string, path []string) (*operation, []string) {
	for i := range operations {
		op := &operations[i]
		if op.method != method {
			continue
		}
		if ids, ok := fits(op.parts, path); ok {
			return op, ids
		}
	}
	return nil, nil
}

// fits compares a path with a route. Case does not count: JumpCloud's own tools call /api/Systemusers.
func fits(parts, path []string) (ids []string, ok bool) {
	if len(parts) != len(path) {
		return nil, false
	}
	for i, part := range parts {
		switch {
		case placeholder(part):
			if path[i] == "" {
				return nil, false
			}
			ids = append(ids, path[i])
		case !strings.EqualFold(part, path[i]):
			return nil, false
		}
	}
	return ids, true
}

func placeholder(part string) bool {
	return strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}")
}
